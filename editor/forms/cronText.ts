import type { Platform } from "../../runtime/core/platform.ts";
import { nextCron, parseCron } from "../../runtime/core/time/cron.ts";

export interface CronReading {
  readonly problem?: string;
  /** The next times it runs, in its own zone: "Fri 20 Nov 07:00". */
  readonly next?: readonly string[];
}

/**
 * How a schedule was read.
 * @param zone IANA name; unknown ones are read as UTC, and the zone's own field says that they are unknown
 * @param now ms since epoch
 */
export function readCron(
  text: string,
  zone: string,
  now: number,
  platform: Platform | undefined,
): CronReading {
  if (text.trim() === "") return {};
  const schedule = parseCron(text);
  if (!schedule) {
    return {
      problem: "Five fields: minute, hour, day of month, month, day of week. Write it like 0 7 * * MON-FRI.",
    };
  }
  if (!platform) return {};
  const offsetMs = (at: number) => platform.zoneOffsetMs(zone, at) ?? 0;
  const next: string[] = [];
  for (let at: number | undefined = now; next.length < shownMax; ) {
    at = nextCron(schedule, at, offsetMs);
    if (at === undefined) break;
    next.push(localText(at + offsetMs(at)));
  }
  return next.length === 0 ? { problem: "This never happens: no month has such a day." } : { next };
}

const shownMax = 3;
const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** @param local local time written as if it were UTC, ms */
function localText(local: number): string {
  const date = new Date(local);
  const time = date.toISOString().slice(11, 16);
  return `${days[date.getUTCDay()]} ${date.getUTCDate()} ${months[date.getUTCMonth()]} ${time}`;
}
