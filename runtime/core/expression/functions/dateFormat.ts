import { civilFromDays, dayMs } from "../../time/civil.ts";
import { Fault } from "../fault.ts";
import { datePart, dayNames, monthNames } from "./dateParts.ts";
import { type Marker, type PicturePart, parseDatePicture } from "./datePicture.ts";
import { formatInteger, inCase, parseIntegerPicture } from "./integerPicture.ts";

/**
 * Writes a time by a picture, ISO 8601 without one.
 * @param zone `+hhmm`, UTC without one
 * @throws Fault D3132 to D3135, D3901 and D3902 for what is no time or no zone, where the reference writes NaN
 */
export function formatTime(millis: number, picture: string | undefined, zone: string | undefined): string {
  if (picture === undefined && zone === undefined && Math.abs(millis) < isoMaxMs)
    return isoTime(Math.trunc(millis));
  const offset = zone === undefined ? noOffset : parseOffset(zone);
  // The range of calendars we compute with, and of the reference's clock.
  if (!(Math.abs(millis) <= 8.64e15)) throw new Fault("D3901", { value: millis });
  const local = Math.trunc(millis + (offset.hours * 60 + offset.minutes) * 60_000);
  const parts = picture === undefined ? isoPicture : parseDatePicture(picture);
  return parts.map((part) => ("literal" in part ? part.literal : formatPart(part, local, offset))).join("");
}

const isoPicture: readonly PicturePart[] = parseDatePicture(
  "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]",
);

/** Times whose year has four digits; a little less, to be simple. */
const isoMaxMs = 60_000_000_000_000;

/** The most usual form, without a picture. */
function isoTime(millis: number): string {
  const days = Math.floor(millis / dayMs);
  const { year, month, day } = civilFromDays(days);
  const inDay = millis - days * dayMs;
  const seconds = Math.floor(inDay / 1000);
  const minutes = Math.floor(seconds / 60);
  const date = `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
  const time = `${digits(Math.floor(minutes / 60), 2)}:${digits(minutes % 60, 2)}:${digits(seconds % 60, 2)}`;
  return `${date}T${time}.${digits(inDay % 1000, 3)}Z`;
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, "0");
}

/** Both parts have the sign of the offset. */
interface Offset {
  readonly hours: number;
  readonly minutes: number;
}

const noOffset: Offset = { hours: 0, minutes: 0 };

function parseOffset(zone: string): Offset {
  const digits = Number.parseInt(zone, 10);
  if (Number.isNaN(digits)) throw new Fault("D3902", { value: zone });
  return { hours: Math.trunc(digits / 100), minutes: digits % 100 };
}

function formatPart(marker: Marker, local: number, offset: Offset): string {
  const { component } = marker;
  if (component === "Z" || component === "z") return formatOffset(marker, offset);
  if (component === "P") {
    const text = datePart(local, "P") === 1 ? "pm" : "am";
    return marker.names === "upper" ? text.toUpperCase() : text;
  }
  if (component === "C" || component === "E") return "ISO";
  const value = datePart(local, component);
  if (marker.names !== undefined && component !== "f") return formatName(marker, value);
  const shown = component === "Y" && marker.yearDigits !== -1 ? value % 10 ** marker.yearDigits : value;
  return marker.integer === undefined ? String(shown) : formatInteger(shown, marker.integer);
}

function formatName(marker: Marker, value: number): string {
  const { component, names, widthMax } = marker;
  let name: string | undefined;
  if (component === "M" || component === "x") name = monthNames[value - 1];
  else if (component === "F") name = dayNames[value - 1];
  else throw new Fault("D3133", { value: component });
  return inCase(name ?? "", names ?? "title").slice(0, widthMax);
}

function formatOffset(marker: Marker, offset: Offset): string {
  const integer = marker.integer!;
  const whole = offset.hours * 100 + offset.minutes;
  let text: string;
  if (integer.regular > 0 || integer.mandatoryDigits === 3 || integer.mandatoryDigits === 4) {
    text = formatInteger(whole, integer);
  } else if (integer.mandatoryDigits === 1 || integer.mandatoryDigits === 2) {
    text = formatInteger(offset.hours, integer);
    if (offset.minutes !== 0) text += `:${formatInteger(Math.abs(offset.minutes), twoDigits)}`;
  } else {
    throw new Fault("D3134", { value: integer.mandatoryDigits });
  }
  // The picture was checked first, as in the reference: one of six digits is a mistake here, too.
  if (whole === 0 && marker.modifier === "t") return "Z";
  return `${marker.component === "z" ? "GMT" : ""}${whole >= 0 ? "+" : ""}${text}`;
}

const twoDigits = parseIntegerPicture("00");
