import { expect, test } from "vitest";
import { sampleParts } from "../../../editor/canvas/sampleParts.ts";
import type { SampleLive } from "../../../runtime/protocol/live.ts";

const text = (payload: unknown, payloadBytes?: number) =>
  sampleParts({ payload, ...(payloadBytes === undefined ? {} : { payloadBytes }) } as SampleLive)
    .map(({ name, value }) => (name === undefined ? value : `${name}: ${value}`))
    .join(", ");

test("numbers are as long as they are useful", () => {
  expect(text(21.456789)).toBe("21.46");
  expect(text(1_795_173_436_114)).toBe("1795173436114");
});

test("a reading shows first, with its unit", () => {
  expect(text({ state: "raised", value: 932.21, unit: "ppm" })).toBe('932.2 ppm, state: "raised"');
});

test("an object shows its plain fields, times last", () => {
  expect(text({ start: 1_795_173_436_114, temperature: 21.5, nested: {} })).toBe(
    "temperature: 21.5, start: 1795173436114",
  );
  expect(text({ by: null, state: "open", unit: "" })).toBe('by: null, state: "open", unit: ""');
});

test("a field that is on or off is a word, not a sign", () => {
  expect(text({ occupied: true, open: false })).toBe("occupied, not open");
});

test("everything else is cut to a line", () => {
  expect(text([1, 2])).toBe("[1, 2]");
  expect(text("plain")).toBe("plain");
  expect(text("a".repeat(100)).length).toBeLessThanOrEqual(40);
  expect(text(undefined, 2_000_000)).toBe("2.0 MB");
});
