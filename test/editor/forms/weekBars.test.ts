import { describe, expect, it } from "vitest";
import { weekBars } from "../../../editor/forms/weekBars.ts";

const week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

describe("the drawing of a week", () => {
  it("goes over midnight, and from Sunday into Monday", () => {
    const { days, bySun } = weekBars([{ days: ["sat", "sun"], from: "22:00", to: "06:30" }], week);
    expect(bySun).toBe(false);
    expect(days[5]).toEqual([{ from: 22, to: 24 }]);
    expect(days[6]).toEqual([
      { from: 0, to: 6.5 },
      { from: 22, to: 24 },
    ]);
    expect(days[0]).toEqual([{ from: 0, to: 6.5 }]);
    expect(days[1]).toEqual([]);
  });

  it("draws the sun as at the equinox, within its bounds", () => {
    const rows = [
      { days: ["mon"], from: "sunrise + 30 min, not before 07:00", to: "sunset" },
      { days: ["tue"], from: "sunset", to: "sunrise" },
    ];
    const { days, bySun } = weekBars(rows, week);
    expect(bySun).toBe(true);
    expect(days[0]).toEqual([{ from: 7, to: 18 }]);
    expect(days[1]).toEqual([{ from: 18, to: 24 }]);
    expect(days[2]).toEqual([{ from: 0, to: 6 }]);
  });

  it("leaves out what is not complete yet", () => {
    const rows = [
      null,
      {},
      { days: ["mon"] },
      { days: "mon", from: "8:00", to: "9:00" },
      { days: ["mon"], from: "8", to: "9:00" },
    ];
    expect(weekBars(rows, week).days.flat()).toEqual([]);
  });
});
