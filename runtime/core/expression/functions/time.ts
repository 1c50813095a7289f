import { civilFromDays, dayMs, daysFromCivil } from "../civil.ts";
import { Fault } from "../fault.ts";
import { type Definitions, define } from "./define.ts";

/** The clock is the one the evaluation was started with. */
export const timeFunctions: Definitions = [
  define("millis", 0, "<:n>", (_, run) => run.now),
  define("now", 2, "<s?s?:s>", ([picture, zone], run) => formatTime(run.now, picture, zone)),
  define("fromMillis", 3, "<n-s?s?:s>", ([millis, picture, zone]) =>
    millis === undefined ? undefined : formatTime(millis as number, picture, zone),
  ),
  define("toMillis", 2, "<s-s?:n>", ([text, picture]) => {
    if (text === undefined) return undefined;
    if (picture !== undefined) throw new Fault("EXPR_UNSUPPORTED", { construct: "a picture for $toMillis" });
    return parseIso(text as string);
  }),
];

function formatTime(millis: number, picture: unknown, zone: unknown): string {
  if (picture !== undefined || zone !== undefined) {
    throw new Fault("EXPR_UNSUPPORTED", { construct: "a picture or zone for a time" });
  }
  return formatIso(millis);
}

function formatIso(millis: number): string {
  const days = Math.floor(millis / dayMs);
  const { year, month, day } = civilFromDays(days);
  const time = Math.floor(millis - days * dayMs);
  const clock = [Math.floor(time / 3_600_000), Math.floor(time / 60_000) % 60, Math.floor(time / 1000) % 60];
  const date = `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
  return `${date}T${clock.map((part) => digits(part, 2)).join(":")}.${digits(time % 1000, 3)}Z`;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

const isoPattern =
  /^(\d{4})(?:-([01]\d))?(?:-([0-3]\d))?(?:T([0-2]\d):([0-5]\d):([0-5]\d))?(?:\.(\d+))?(?:([+-])([0-2]\d):?([0-5]\d)|Z)?$/;

/** @throws Fault D3110 for what is not an ISO 8601 timestamp */
function parseIso(text: string): number {
  const parts = isoPattern.exec(text);
  if (parts === null) throw new Fault("D3110", { value: text });
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHour, offsetMinute] = parts;
  const days = daysFromCivil(Number(year), Number(month ?? 1), Number(day ?? 1));
  const time = (Number(hour ?? 0) * 60 + Number(minute ?? 0)) * 60 + Number(second ?? 0);
  const ms = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  const offset =
    sign === undefined ? 0 : (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === "-" ? -1 : 1);
  return days * dayMs + time * 1000 + ms - offset * 60_000;
}
