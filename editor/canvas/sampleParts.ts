import type { SampleLive } from "../../runtime/protocol/live.ts";
import { bytesText, valueText } from "../live/words.ts";

/** A piece of what a card shows of a message. */
export interface SamplePart {
  /** Of the field; absent: the value says enough. */
  readonly name?: string;
  readonly value: string;
}

/** The payload of a message in the width of a card: a reading with its unit first, plain fields, times last. */
export function sampleParts({ payload, payloadBytes }: SampleLive): readonly SamplePart[] {
  if (payload === undefined && payloadBytes !== undefined) return [{ value: bytesText(payloadBytes) }];
  if (payload === null || typeof payload !== "object" || Array.isArray(payload)) {
    return [{ value: typeof payload === "string" ? valueText(payload, lengthMax) : short(payload) }];
  }
  if (isReading(payload)) {
    const { value, unit, ...others } = payload;
    return [{ value: `${short(value)} ${unit}` }, ...fieldParts(others)];
  }
  const parts = fieldParts(payload);
  return parts.length > 0 ? parts : [{ value: valueText(payload, lengthMax) }];
}

function fieldParts(payload: object): readonly SamplePart[] {
  const fields = Object.entries(payload).filter(([, value]) => value === null || typeof value !== "object");
  const byInterest = fields.toSorted(([, a], [, b]) => Number(isTime(a)) - Number(isTime(b)));
  return byInterest.slice(0, partsMax).map(([name, value]) => fieldPart(name, value));
}

/** On and off read as words: "occupied", "not occupied". */
function fieldPart(name: string, value: unknown): SamplePart {
  if (typeof value === "boolean") return { value: value ? name : `not ${name}` };
  return { name, value: short(value) };
}

function isReading(payload: object): payload is { value: number; unit: string } {
  const { value, unit } = payload as { value?: unknown; unit?: unknown };
  return typeof value === "number" && typeof unit === "string" && unit !== "";
}

const lengthMax = 40;
/** More than a card can show at any zoom. */
const partsMax = 6;

function short(value: unknown): string {
  if (typeof value === "number" && !isTime(value)) return String(Number(value.toPrecision(4)));
  return typeof value === "string"
    ? JSON.stringify(valueText(value, lengthMax))
    : valueText(value, lengthMax);
}

/** Milliseconds or seconds since 1970, as windows and sensors add them: rarely what one wants to see. */
function isTime(value: unknown): boolean {
  return typeof value === "number" && value > 1e9;
}
