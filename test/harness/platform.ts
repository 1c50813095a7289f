import type { Platform } from "../../runtime/core/platform.ts";

/** A host for the core in tests: Node's own text decoder and time zones. */
export const testPlatform: Platform = {
  decodeUtf8(bytes) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return undefined;
    }
  },
  zoneOffsetMs(zone, at) {
    try {
      const format = new Intl.DateTimeFormat("en-US", {
        timeZone: zone,
        hourCycle: "h23",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
      });
      const parts = Object.fromEntries(
        format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
      );
      const { year, month, day, hour, minute, second } = parts as Record<string, number>;
      const local = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
      return local - Math.floor(at / 1000) * 1000;
    } catch {
      return undefined;
    }
  },
};
