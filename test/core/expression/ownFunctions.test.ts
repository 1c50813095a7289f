import { describe, expect, it } from "vitest";
import { compileExpression } from "../../../runtime/core/expression/compile.ts";
import { unitNames, unitOf } from "../../../runtime/core/expression/functions/units.ts";

const evaluate = (source: string, input: unknown = {}) =>
  compileExpression(source).evaluate(input, { now: 0 });

describe("$convert", () => {
  it.each([
    ['$convert(21, "°C", "°F")', 69.8],
    ['$convert(-40, "°F", "°C")', -40],
    ['$convert(0, "K", "C")', -273.15],
    ['$convert(1, "mi", "km")', 1.609344],
    ['$convert(1013.25, "hPa", "atm")', 1],
    ['$convert(14.5, "psi", "bar")', 0.999739807509],
    ['$convert(1, "kWh", "MJ")', 3.6],
    ['$convert(1, "hp", "W")', 745.699871582],
    ['$convert(60, "l/min", "m³/h")', 3.6],
    ['payload.t.$convert("°C", "K")', 293.15],
    ['$convert(missing, "°C", "K")', undefined],
  ])("%s", (source, expected) => {
    expect(evaluate(source, { payload: { t: 20 } })).toBe(expected);
  });

  it("comes back to the value it started from, between all units of a quantity", () => {
    for (const from of unitNames()) {
      for (const to of unitNames()) {
        if (unitOf(from)?.quantity !== unitOf(to)?.quantity) continue;
        const there = `$convert($convert(20, "${from}", "${to}"), "${to}", "${from}")`;
        expect(evaluate(there)).toBeCloseTo(20, 6);
      }
    }
  });

  it("says which unit it does not know, and what cannot become what", () => {
    expect(() => evaluate('$convert(1, "°c", "K")')).toThrow(/no unit called "°c". Did you mean °C\?/);
    expect(() => evaluate('$convert(1, "m", "K")')).toThrow(/"m" is a length and "K" a temperature/);
  });
});

describe("parts of a time", () => {
  const time = Date.UTC(2024, 1, 29, 23, 45);

  it.each([
    ["$hour(time)", 23],
    ['$hour(time, "+01:00")', 0],
    ['$hour(time, "-0330")', 20],
    ["$minute(time)", 45],
    ["$minuteOfDay(time)", 23 * 60 + 45],
    ['$minuteOfDay(time, "+1")', 45],
    ["$minuteOfDay(-60000)", 1439],
    ["$weekday(time)", 4],
    ['$weekday(time, "+01:00")', 5],
    ["$hour(missing)", undefined],
  ])("%s", (source, expected) => {
    expect(evaluate(source, { time })).toBe(expected);
  });

  it("takes no names of places", () => {
    expect(() => evaluate('$hour(0, "Europe/Oslo")')).toThrow(/offset such as \+01:00/);
  });
});
