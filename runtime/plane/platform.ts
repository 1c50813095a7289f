/** What the pure core must be lent by Node: UTF-8 decoding and the time zone database. */
import { isUtf8 } from "node:buffer";
import type { Platform } from "../core/platform.ts";

export const platform: Platform = { decodeUtf8, zoneOffsetMs, generatesCode: true };

function decodeUtf8(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  // Checking and then converting takes less than half the time of a fatal TextDecoder.
  const buffer =
    bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString("utf8");
}

/**
 * Zones change their offset on quarter hours only (IANA has no finer rule since 1972), so one answer holds for the
 * quarter hour it was asked in.
 */
function zoneOffsetMs(zone: string, at: number): number | undefined {
  const known = zones.get(zone);
  const offsets = known ?? openZone(zone);
  if (!offsets) return undefined;
  const quarter = Math.floor(at / quarterHourMs);
  const cached = offsets.byQuarter.get(quarter);
  if (cached !== undefined) return cached;
  const offset = readOffset(offsets.format, quarter * quarterHourMs);
  if (offsets.byQuarter.size >= quartersCachedMax) offsets.byQuarter.clear();
  offsets.byQuarter.set(quarter, offset);
  return offset;
}

interface Zone {
  readonly format: Intl.DateTimeFormat;
  readonly byQuarter: Map<number, number>;
}

const quarterHourMs = 15 * 60_000;
/** Some days of windows in one zone; recomputing the rest costs microseconds. */
const quartersCachedMax = 1000;
const zones = new Map<string, Zone>();

function openZone(zone: string): Zone | undefined {
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    const opened = { format, byQuarter: new Map<number, number>() };
    zones.set(zone, opened);
    return opened;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readOffset(format: Intl.DateTimeFormat, at: number): number {
  const parts = new Map(format.formatToParts(at).map((part) => [part.type, part.value]));
  const read = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  const year = parts.get("era") === "BC" ? 1 - read("year") : read("year");
  const local = new Date(0);
  local.setUTCFullYear(year, read("month") - 1, read("day"));
  local.setUTCHours(read("hour"), read("minute"), read("second"));
  return local.getTime() - Math.floor(at / 1000) * 1000;
}
