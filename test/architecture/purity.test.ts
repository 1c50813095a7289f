import { describe, expect, test } from "vitest";
import { impurities } from "./purity.ts";
import { readSources } from "./sources.ts";

test("core, node types and protocol have no clock, chance, locale or scheduling", () => {
  const sources = readSources(["runtime/core", "runtime/protocol", "nodes"]);
  expect(sources.length).toBeGreaterThan(10);
  expect(sources.flatMap(impurities)).toEqual([]);
});

describe("the check itself", () => {
  test.each([
    "const now = Date.now();",
    "const now = new Date();",
    "const roll = Math.random();",
    "setTimeout(() => undefined, 10);",
    "const text = (1).toLocaleString();",
    'const order = "a".localeCompare("b");',
    "const zone = new Intl.DateTimeFormat();",
    "console.log(1);",
    "const clock = { Date };",
  ])("finds %s", (text) => {
    expect(impurities({ path: "runtime/core/x.ts", text })).not.toEqual([]);
  });

  test.each(["const date = clock.Date;", "const labels = { Date: 1 };", "const text = '2026 Date.now()';"])(
    "lets %s pass",
    (text) => {
      expect(impurities({ path: "runtime/core/x.ts", text })).toEqual([]);
    },
  );
});
