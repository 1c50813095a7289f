import fc from "fast-check";
import { expect, test } from "vitest";
import { platform } from "../../runtime/plane/platform.ts";

test("valid UTF-8 is decoded, anything else is refused", () => {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const expected = (bytes: Uint8Array) => {
    try {
      return strict.decode(bytes);
    } catch {
      return undefined;
    }
  };
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.string({ unit: "binary" }).map(encode)),
      (bytes) => {
        expect(platform.decodeUtf8(bytes)).toBe(expected(bytes));
      },
    ),
  );
  expect(platform.decodeUtf8(encode("x温度x").subarray(1, 7))).toBe("温度");
});

test.each([
  ["Europe/Oslo", "2026-03-29T00:59:59Z", 1],
  ["Europe/Oslo", "2026-03-29T01:00:00Z", 2],
  ["Europe/Oslo", "2026-10-25T00:59:59Z", 2],
  ["Europe/Oslo", "2026-10-25T01:00:00Z", 1],
  ["Asia/Kathmandu", "2026-01-01T00:00:00Z", 5.75],
  ["Australia/Lord_Howe", "2026-04-04T14:59:59Z", 11],
  ["Australia/Lord_Howe", "2026-04-04T15:00:00Z", 10.5],
  ["Pacific/Apia", "2011-12-30T09:59:59Z", -10],
  ["Pacific/Apia", "2011-12-30T10:00:00Z", 14],
  ["UTC", "1969-12-31T23:59:59.999Z", 0],
])("%s at %s is %d h from UTC", (zone, instant, hours) => {
  expect(platform.zoneOffsetMs(zone, Date.parse(instant))).toBe(hours * 3_600_000);
});

test("an unknown zone has no offset", () => {
  expect(platform.zoneOffsetMs("Mars/Olympus", 0)).toBeUndefined();
});

const encode = (text: string) => new TextEncoder().encode(text);
