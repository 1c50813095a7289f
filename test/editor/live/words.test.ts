import { describe, expect, it } from "vitest";
import { ageText, agoText, bytesText, groupDigits, rateText, valueText } from "../../../editor/live/words.ts";

const noon = new Date(2026, 10, 20, 12, 0, 0).getTime();

describe("ages", () => {
  it("are relative under a minute and absolute beyond", () => {
    expect(ageText(noon - 400, noon)).toBe("now");
    expect(ageText(noon - 3_000, noon)).toBe("3 s");
    expect(ageText(noon - 61_000, noon)).toBe("11:58");
    expect(ageText(noon - 86_400_000, noon)).toBe("19 Nov 12:00");
  });

  it("stay now when the runtime's clock is ahead", () => {
    expect(ageText(noon + 5_000, noon)).toBe("now");
  });

  it("read as a phrase", () => {
    expect(agoText(noon - 3_000, noon)).toBe("3 s ago");
    expect(agoText(noon - 61_000, noon)).toBe("11:58");
    expect(agoText(noon, noon)).toBe("now");
  });
});

describe("rates", () => {
  it.each([
    [0, "0/s"],
    [0.004, "< 0.01/s"],
    [0.02, "0.02/s"],
    [0.44, "0.4/s"],
    [9.96, "10/s"],
    [212.4, "212/s"],
    [12_345, "12\u202f345/s"],
  ])("%d is %s", (rate, text) => expect(rateText(rate)).toBe(text));
});

describe("values", () => {
  it("fit on one line", () => {
    expect(valueText(22.600000000001)).toBe("22.6");
    expect(valueText("a\nb")).toBe("a b");
    expect(valueText({ temperature: 22.6, unit: "C", ok: null, list: [1, "x"] })).toBe(
      '{ temperature: 22.6, unit: "C", ok: null, list: [1, "x"] }',
    );
    expect(valueText("x".repeat(100), 10)).toBe("xxxxxxxxx…");
    expect(valueText({})).toBe("{}");
    expect(valueText(undefined)).toBe("nothing");
  });

  it("keep the digits of whole numbers", () => {
    expect(valueText(1_763_632_931_000)).toBe("1763632931000");
  });
});

it("groups digits and measures bytes", () => {
  expect(groupDigits(999)).toBe("999");
  expect(groupDigits(1_234_567)).toBe("1\u202f234\u202f567");
  expect(bytesText(12_345)).toBe("12.3 kB");
});
