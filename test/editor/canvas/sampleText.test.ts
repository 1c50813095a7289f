import { expect, test } from "vitest";
import { sampleText } from "../../../editor/canvas/sampleText.ts";
import type { SampleLive } from "../../../runtime/protocol/live.ts";

const text = (payload: unknown, payloadBytes?: number) =>
  sampleText({ payload, ...(payloadBytes === undefined ? {} : { payloadBytes }) } as SampleLive);

test("numbers are as long as they are useful", () => {
  expect(text(21.456789)).toBe("21.46");
  expect(text(1_795_173_436_114)).toBe("1795173436114");
});

test("a reading shows with its unit", () => {
  expect(text({ state: "raised", value: 932.21, unit: "ppm" })).toBe("932.2 ppm");
});

test("an object shows its plain fields without braces, times last", () => {
  expect(text({ start: 1_795_173_436_114, temperature: 21.5, nested: {} })).toBe(
    "21.5 temperature, 1795173436114 start",
  );
  expect(text({ on: true, by: null })).toBe("on, null by");
});

test("everything else is cut to a line", () => {
  expect(text([1, 2])).toBe("[1, 2]");
  expect(text("a".repeat(100)).length).toBeLessThanOrEqual(40);
  expect(text(undefined, 2_000_000)).toBe("2.0 MB");
});
