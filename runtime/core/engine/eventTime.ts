/**
 * Reads the event time of a message, and refuses what cannot be true: one wrong time that passed would move the
 * watermark, and make late what every other device sends.
 */
import { formatDuration } from "../time/duration.ts";
import { parseInstant } from "../time/instant.ts";
import { PayloadError } from "./decode.ts";

/**
 * @param value what the time expression gave
 * @param aheadMaxMs how far ahead of `now` it may be; Infinity: anything goes
 * @returns integer ms since epoch
 * @throws PayloadError
 */
export function eventTime(value: unknown, now: number, aheadMaxMs: number): number {
  const time = typeof value === "string" ? parseInstant(value) : fromNumber(value);
  if (time !== undefined && time - now > aheadMaxMs)
    throw new PayloadError("PAYLOAD_TIME_AHEAD", aheadText(value, time, now, aheadMaxMs));
  if (time === undefined || time > timeMax) {
    throw new PayloadError(
      "PAYLOAD_NO_TIME",
      `The event time is ${shown(value)}: expected ms or s since 1970, or ISO 8601.`,
    );
  }
  if (time < clocksSetSince && now >= clocksSetSince) {
    const cause =
      typeof value === "number"
        ? "It looks like the time since the device started, or seconds divided by 1,000."
        : "The device's clock is not set.";
    throw new PayloadError(
      "PAYLOAD_TIME_OLD",
      `The event time is ${shown(value)}, before the year 2000. ${cause}`,
    );
  }
  return time;
}

/** 2000-01-01. Clocks that are not set stand at 1970 or 1980, and counters since a device's start read as 1970. */
const clocksSetSince = 946_684_800_000;

/** The last instant that ISO 8601 texts can name in most programs: the year 275760. */
const timeMax = 8.64e15;

/** Seconds reach the year 5138 before they look like milliseconds; milliseconds of 1973 and later are none. */
function fromNumber(value: unknown): number | undefined {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) return undefined;
  return Math.floor(value < 1e11 ? value * 1_000 : value);
}

function aheadText(value: unknown, time: number, now: number, aheadMaxMs: number): string {
  const ahead = formatDuration(Math.ceil((time - now) / 1_000) * 1_000);
  const text = `The event time is ${shown(value)}, ${ahead} ahead of the clock; at most ${formatDuration(aheadMaxMs)} is allowed.`;
  const finer = [
    ["microseconds", 1_000, "1,000"],
    ["nanoseconds", 1_000_000, "1,000,000"],
  ] as const;
  // What is right when read in another unit is meant in that unit.
  const unit = finer.find(
    ([, perMs]) => typeof value === "number" && Math.abs(value / perMs - now) < likelyMs,
  );
  if (unit) return `${text} It looks like ${unit[0]}: divide it by ${unit[2]}.`;
  return `${text} Check the device's clock and time zone, and the clock of this machine.`;
}

/** A year: nobody's clock is that wrong by chance in another unit. */
const likelyMs = 366 * 86_400_000;

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 80);
}
