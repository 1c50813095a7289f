import type { SampleLive } from "../../runtime/protocol/live.ts";
import { bytesText, valueText } from "../live/words.ts";

/** The value of a message in the width of a card: of an object its first fields, times last, without braces. */
export function sampleText({ payload, payloadBytes }: SampleLive): string {
  if (payload === undefined && payloadBytes !== undefined) return bytesText(payloadBytes);
  if (payload === null || typeof payload !== "object" || Array.isArray(payload)) return short(payload);
  const fields = Object.entries(payload).filter(([, value]) => value === null || typeof value !== "object");
  if (fields.length === 0) return valueText(payload, lengthMax);
  const byInterest = fields.toSorted(([, a], [, b]) => Number(isTime(a)) - Number(isTime(b)));
  return byInterest.map(([name, value]) => `${name} ${short(value)}`).join(", ");
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
