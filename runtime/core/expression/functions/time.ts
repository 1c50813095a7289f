import { dayMs, daysFromCivil } from "../../time/civil.ts";
import { Fault } from "../fault.ts";
import { formatTime } from "./dateFormat.ts";
import { readTime } from "./dateRead.ts";
import { type Definitions, define } from "./define.ts";

/** The clock is the one the evaluation was started with. */
export const timeFunctions: Definitions = [
  define("millis", 0, "<:n>", (run) => run.now),
  define("now", 2, "<s?s?:s>", (run, picture, zone) =>
    formatTime(run.now, picture as string | undefined, zone as string | undefined),
  ),
  define("fromMillis", 3, "<n-s?s?:s>", (_, millis, picture, zone) =>
    millis === undefined
      ? undefined
      : formatTime(millis as number, picture as string | undefined, zone as string | undefined),
  ),
  define("toMillis", 2, "<s-s?:n>", (run, text, picture) => {
    if (text === undefined) return undefined;
    return picture === undefined ? readIso(text as string) : readTime(text as string, picture as string, run);
  }),
];

const isoPattern =
  /^(\d{4})(?:-([01]\d))?(?:-([0-3]\d))?(?:T([0-2]\d):([0-5]\d):([0-5]\d))?(?:\.(\d+))?(?:([+-])([0-2]\d):?([0-5]\d)|Z)?$/;

/**
 * Reads an ISO 8601 timestamp. Without a zone it is UTC: the reference takes the zone of its host there.
 * @throws Fault D3110, also for a date that does not exist, where the reference yields NaN
 */
function readIso(text: string): number {
  const parts = isoPattern.exec(text);
  if (parts === null) throw new Fault("D3110", { value: text });
  const [, year, month = "1", day = "1", hour = "0", minute = "0", second = "0", fraction = "0"] = parts;
  const [sign, offsetHour = "0", offsetMinute = "0"] = parts.slice(8);
  const inDay = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const exists = isWithin(Number(month), 1, 12) && isWithin(Number(day), 1, 31) && inDay <= 86_400;
  if (!exists || Number(offsetHour) > 23) throw new Fault("D3110", { value: text });
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === "-" ? -1 : 1);
  const days = daysFromCivil(Number(year), Number(month), Number(day));
  return days * dayMs + inDay * 1000 + Number(fraction.slice(0, 3).padEnd(3, "0")) - offset * 60_000;
}

function isWithin(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}
