/** What one message can make a node keep, or send on, is bounded whatever its size. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import change from "../../nodes/change.ts";
import lag from "../../nodes/lag.ts";
import windowNode from "../../nodes/window.ts";
import { limits } from "../../runtime/core/api.ts";
import { jsonSizeExceeds } from "../../runtime/core/json.ts";
import { createHarness } from "../harness/operatorHarness.ts";

const { keptValueLengthMax, listedValueLengthMax } = limits;
const text = (length: number) => "x".repeat(length - 2);

describe("the size of a JSON value", () => {
  it("is about that of its text, on the safe side", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { length } = JSON.stringify(value);
        expect(jsonSizeExceeds(value, 2 * length + 8)).toBe(false);
        // Numbers can be longer than they count, escapes too.
        expect(jsonSizeExceeds(value, Math.floor(length / 8) - 1)).toBe(true);
      }),
    );
  });

  it("counts what occurs twice twice, and is known at once however often that is", () => {
    let doubled: unknown = "seed";
    for (let times = 0; times < 64; times++) doubled = { a: doubled, b: doubled };
    expect(jsonSizeExceeds(doubled, 1_000_000)).toBe(true);
  });

  it("is beyond any bound when nested without end", () => {
    let deep: unknown = 1;
    for (let times = 0; times < 100_000; times++) deep = [deep];
    expect(jsonSizeExceeds(deep, 1e9)).toBe(true);
  });
});

describe("a window", () => {
  it.each([
    ["first", keptValueLengthMax],
    ["last", keptValueLengthMax],
    ["top", listedValueLengthMax],
    ["collect", listedValueLengthMax],
    ["expression", listedValueLengthMax],
  ] as const)(
    "keeps a %s value of up to %d characters, and fails a message with a longer one",
    (name, max) => {
      const aggregate = {
        name: "it",
        function: name,
        ...(name === "expression" ? { expression: "$count(payload)" } : {}),
      };
      const harness = createHarness(windowNode, { size: "1 min", aggregates: [aggregate] });
      harness.send(text(max));
      expect(harness.deadLetters()).toEqual([]);
      harness.send(text(max + 1));
      harness.send({ list: [text(max)] });
      const letters = harness.deadLetters();
      expect(letters.map(({ code }) => code)).toEqual(["VALUE_TOO_LARGE", "VALUE_TOO_LARGE"]);
      expect(letters[0]!.text).toContain("Name the part of it that matters.");
      harness.advanceTo(60_000);
      expect(harness.outputs("out").map(({ payload }) => (payload as { count: number }).count)).toEqual([1]);
    },
  );

  it("counts different values of any size: it keeps their hashes", () => {
    const harness = createHarness(windowNode, {
      size: "1 min",
      aggregates: [{ name: "n", function: "distinct" }],
    });
    harness.send(text(3 * keptValueLengthMax));
    harness.advanceTo(60_000);
    expect(harness.outputs("out").map(({ payload }) => (payload as { n: number }).n)).toEqual([1]);
  });
});

describe("lag", () => {
  it("keeps values of bounded size, smaller ones when it looks far back", () => {
    for (const [back, max] of [
      [1, keptValueLengthMax],
      [2, listedValueLengthMax],
    ] as const) {
      const harness = createHarness(lag, { back });
      harness.send(text(max));
      expect(harness.deadLetters()).toEqual([]);
      harness.send(text(max + 1));
      expect(harness.deadLetters().map(({ code }) => code)).toEqual(["VALUE_TOO_LARGE"]);
    }
  });
});

describe("change", () => {
  it("fails a message that copies of copies would make too large", () => {
    const steps = Array.from({ length: 64 }, (_, index) => ({
      do: "copy",
      from: "payload",
      field: `payload.f${index}`,
    }));
    const harness = createHarness(change, { steps });
    harness.send({ v: 1 });
    expect(harness.outputs("out")).toEqual([]);
    expect(harness.deadLetters()).toMatchObject([{ code: "VALUE_TOO_LARGE", payload: { v: 1 } }]);
    const few = createHarness(change, { steps: steps.slice(0, 5) });
    few.send({ v: 1 });
    expect(few.outputs("out")).toHaveLength(1);
  });
});
