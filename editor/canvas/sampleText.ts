import type { SampleLive } from "../../runtime/protocol/live.ts";
import { bytesText, valueText } from "../live/words.ts";

/**
 * The value of a message in the width of a card: a reading with its unit, else its fields, times last. Values stand
 * before names: a name that is cut off can still be guessed.
 */
export function sampleText({ payload, payloadBytes }: SampleLive): string {
  if (payload === undefined && payloadBytes !== undefined) return bytesText(payloadBytes);
  if (payload === null || typeof payload !== "object" || Array.isArray(payload)) return short(payload);
  if (isReading(payload)) return `${short(payload.value)} ${payload.unit}`;
  const fields = Object.entries(payload).filter(([, value]) => value === null || typeof value !== "object");
  if (fields.length === 0) return valueText(payload, lengthMax);
  const byInterest = fields.toSorted(([, a], [, b]) => Number(isTime(a)) - Number(isTime(b)));
  return byInterest.map(([name, value]) => fieldText(name, value)).join(", ");
}

function fieldText(name: string, value: unknown): string {
  if (typeof value === "boolean") return value ? name : `not ${name}`;
  return `${short(value)} ${name}`;
}

function isReading(payload: object): payload is { value: number; unit: string } {
  const { value, unit } = payload as { value?: unknown; unit?: unknown };
  return typeof value === "number" && typeof unit === "string" && unit !== "";
}

const lengthMax = 40;

function short(value: unknown): string {
  return typeof value === "number" && !isTime(value)
    ? String(Number(value.toPrecision(4)))
    : valueText(value, lengthMax);
}

/** Milliseconds or seconds since 1970, as windows and sensors add them: rarely what one wants to see. */
function isTime(value: unknown): boolean {
  return typeof value === "number" && value > 1e9;
}
