/** How live values are written: short, with units, and never wider than they need to be. */

/** How long ago, relative under a minute and absolute beyond: "now", "3 s ago", "14:02". */
export function agoText(at: number, now: number): string {
  const age = ageText(at, now);
  return age.endsWith(" s") ? `${age} ago` : age;
}

/** As {@link agoText} without the "ago", for narrow places. */
export function ageText(at: number, now: number): string {
  const seconds = Math.floor((now - at) / 1000);
  if (seconds < 1) return "now";
  if (seconds < 60) return `${seconds} s`;
  return sinceText(at, now);
}

/** A moment of the past, as in "since 14:02" or "since 19 Nov 14:02". */
export function sinceText(at: number, now: number): string {
  return sameDay(at, now) ? clockText(at).slice(0, 5) : dateText(at);
}

/** Local time of day: "14:02:11". */
export function clockText(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":");
}

/** Local date and time: "19 Nov 14:02". */
export function dateText(at: number): string {
  const date = new Date(at);
  return `${date.getDate()} ${months[date.getMonth()]} ${clockText(at).slice(0, 5)}`;
}

/** Messages per second: "212/s", "0.4/s", "0.02/s". */
export function rateText(perSecond: number): string {
  if (perSecond === 0) return "0/s";
  if (perSecond < 0.01) return "< 0.01/s";
  if (perSecond < 0.1) return `${perSecond.toFixed(2)}/s`;
  return perSecond < 9.95 ? `${perSecond.toFixed(1)}/s` : `${groupDigits(Math.round(perSecond))}/s`;
}

/** 12345 is "12 345": a thin space that no language reads as a decimal point. */
export function groupDigits(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** A JSON value on one line, cut to `lengthMax` characters. */
export function valueText(value: unknown, lengthMax = 80): string {
  return cut(oneLine(value), lengthMax);
}

/** "1.2 kB" */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function oneLine(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return value;
  if (typeof value === "number")
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(7)));
  if (Array.isArray(value)) return `[${value.map(nested).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).map(([key, each]) => `${key}: ${nested(each)}`);
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  return String(value);
}

function nested(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : oneLine(value);
}

function cut(text: string, lengthMax: number): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1)}…`;
}

function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
