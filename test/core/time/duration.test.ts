import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration } from "../../../runtime/core/time/duration.ts";

describe("duration", () => {
  it.each([
    ["5m", 300_000],
    ["5 min", 300_000],
    ["1h 30m", 5_400_000],
    ["1.5 h", 5_400_000],
    ["250ms", 250],
    ["0s", 0],
    ["2 d", 172_800_000],
  ])("reads %s", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(["", "5", "m", "5 parsecs", "-5m", "5m later", "1e9d"])("refuses %j", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it("reads back what it writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});
