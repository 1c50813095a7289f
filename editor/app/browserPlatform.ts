import type { Platform } from "../../runtime/core/platform.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/** What the core borrows from its host, from the browser. */
export const browserPlatform: Platform = {
  decodeUtf8(bytes) {
    try {
      return decoder.decode(bytes);
    } catch {
      return undefined;
    }
  },
  zoneOffsetMs(zone, at) {
    const format = formatOf(zone);
    if (!format) return undefined;
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const local = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
    return local - Math.floor(at / 1000) * 1000;
  },
};

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(zone)) formats.set(zone, createFormat(zone));
  return formats.get(zone);
}

/** @returns undefined for a zone the browser does not know */
function createFormat(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    return undefined;
  }
}
