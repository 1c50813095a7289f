import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { civilFromDays, daysFromCivil } from "../../../runtime/core/time/civil.ts";
import { parseInstant } from "../../../runtime/core/time/instant.ts";

describe("instant", () => {
  it("agrees with the host's own parser on ISO texts", () => {
    const dates = fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        expect(parseInstant(date.toISOString())).toBe(date.getTime());
      }),
    );
  });

  it.each([
    ["2026-11-20", Date.UTC(2026, 10, 20)],
    ["2026-11-20T10:17:20", Date.UTC(2026, 10, 20, 10, 17, 20)],
    ["2026-11-20 10:17:20.5+0200", Date.UTC(2026, 10, 20, 8, 17, 20, 500)],
    ["2026-11-20T10:17-01:30", Date.UTC(2026, 10, 20, 11, 47)],
  ])("reads %s", (text, ms) => {
    expect(parseInstant(text)).toBe(ms);
  });

  it.each(["", "yesterday", "2026-13-01", "2026-02-30", "2026-11-20T25:00", "20261120"])(
    "refuses %j",
    (text) => {
      expect(parseInstant(text)).toBeUndefined();
    },
  );
});

describe("civil calendar", () => {
  it("turns days into dates and back over ten thousand years", () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_000_000, max: 2_000_000 }), (days) => {
        const { year, month, day } = civilFromDays(days);
        expect(daysFromCivil(year, month, day)).toBe(days);
        const host = new Date(days * 86_400_000);
        expect([year, month, day]).toEqual([
          host.getUTCFullYear(),
          host.getUTCMonth() + 1,
          host.getUTCDate(),
        ]);
      }),
    );
  });
});
