import fc from "fast-check";
import { describe, expect, it } from "vitest";
import collect from "../../nodes/collect.ts";
import split from "../../nodes/split.ts";
import { createHarness, type Output } from "../harness/operatorHarness.ts";
import { watchState } from "./watchState.ts";

const start = 1_767_571_200_000;

/** One for all tests: what is split apart has a name of its own there. */
const splitter = createHarness(split, {}, { startAt: start });

function parts(payload: unknown, params: Record<string, string> = {}): Output[] {
  splitter.send(payload, { params });
  return splitter.outputs("out");
}

describe("split", () => {
  it("numbers the parts and keeps the rest of the message", () => {
    const found = parts(["a", "b"], { room: "hall" });
    expect(
      found.map(({ message }) => [message.params.room, message.params.part, message.params.parts]),
    ).toEqual([
      ["hall", "1", "2"],
      ["hall", "2", "2"],
    ]);
    expect(new Set(found.map(({ message }) => message.params.whole)).size).toBe(1);
  });

  it("tells apart what one input has caused", () => {
    const [first, second] = [parts([1, 2]), parts([1, 2])];
    expect(first[0]!.message.params.whole).not.toBe(second[0]!.message.params.whole);
    expect(new Set([...first, ...second].map(({ message }) => message.id)).size).toBe(4);
  });

  it.each(["text", 5, null, true])("refuses %j", (payload) => {
    const harness = createHarness(split, {}, { startAt: start });
    harness.send(payload);
    expect(harness.deadLetters().map((each) => each.code)).toEqual(["VALUE_NOT_A_LIST"]);
  });

  it("refuses more parts than a flow should carry", () => {
    const harness = createHarness(split, {}, { startAt: start });
    harness.send(Array(10_001).fill(0));
    expect(harness.deadLetters().map((each) => each.code)).toEqual(["VALUE_NOT_A_LIST"]);
    expect(harness.outputs()).toEqual([]);
  });
});

describe("collect", () => {
  it("undoes the last split first", () => {
    const inner = parts(["x", "y"]).flatMap(({ message }) =>
      parts([`${message.payload}1`, `${message.payload}2`], message.params),
    );
    const collectAll = (outputs: readonly Output[]) => {
      const harness = createHarness(collect, {}, { startAt: start });
      for (const { message } of [...outputs].reverse()) {
        harness.send(message.payload, { params: message.params });
      }
      return harness.outputs("out");
    };
    const once = collectAll(inner);
    expect(once.map((each) => each.payload)).toEqual([
      ["y1", "y2"],
      ["x1", "x2"],
    ]);
    const twice = collectAll(once);
    expect(twice.map(({ payload, message }) => [payload, message.params])).toEqual([
      [
        [
          ["x1", "x2"],
          ["y1", "y2"],
        ],
        {},
      ],
    ]);
  });

  it("puts fields together as an object", () => {
    const harness = createHarness(collect, { as: "object" }, { startAt: start });
    for (const { message } of parts({ t: 21, __proto__x: 1, h: null })) {
      harness.send(message.payload, { params: message.params });
    }
    expect(harness.outputs("out").map((each) => each.payload)).toEqual([{ t: 21, __proto__x: 1, h: null }]);
  });

  it("refuses what does not come from a split", () => {
    const harness = createHarness(collect, {}, { startAt: start });
    harness.send(1);
    for (const part of ["0", "4", "x", "1.5"]) harness.send(1, { params: { whole: "w", part, parts: "3" } });
    expect(harness.deadLetters().map((each) => each.code)).toEqual(Array(5).fill("NOT_A_PART"));
    const object = createHarness(collect, { as: "object" }, { startAt: start });
    object.send(1, { params: { whole: "w", part: "1", parts: "1" } });
    expect(object.deadLetters().map((each) => each.code)).toEqual(["NOT_A_PART"]);
  });

  it("lets the oldest go incomplete when too many parts wait", () => {
    const harness = createHarness(collect, { wait: "1 h" }, { startAt: start });
    harness.send("first", { params: { whole: "0", part: "1", parts: "2" } });
    for (let part = 1; part <= 9_999; part++) {
      harness.send(part, { params: { whole: "1", part: String(part), parts: "10000" } });
    }
    expect(harness.outputs()).toEqual([]);
    harness.send("more", { params: { whole: "2", part: "1", parts: "2" } });
    expect(harness.outputs().map(({ port, payload }) => [port, payload])).toEqual([
      ["incomplete", ["first"]],
    ]);
  });

  it("keeps nothing of what is complete or given up", () => {
    const watched = watchState(collect);
    const harness = createHarness(watched.type, {}, { startAt: start });
    harness.send(1, { key: "a", params: { whole: "w", part: "1", parts: "2" } });
    harness.send(1, { key: "b", params: { whole: "w", part: "1", parts: "2" } });
    harness.send(2, { key: "a", params: { whole: "w", part: "2", parts: "2" } });
    expect([...watched.keys]).toEqual(["b"]);
    harness.advanceTo(start + 10_001);
    expect([...watched.keys]).toEqual([]);
  });

  it("refuses no wait at all", () => {
    expect(collect.check!({ wait: "0 s" } as never).map((each) => each.field)).toEqual(["/wait"]);
  });
});

describe("collect beside a naive model", () => {
  interface Sent {
    readonly whole: string;
    readonly part: number;
    readonly gap: number;
    readonly restart: boolean;
  }
  const stream = fc.array(
    fc.record({
      whole: fc.constantFrom("x", "y", "z"),
      part: fc.integer({ min: 1, max: 3 }),
      gap: fc.integer({ min: 1, max: 6 }),
      restart: fc.nat(6).map((dice) => dice === 0),
    }),
    { maxLength: 40 },
  );

  /** Follows one whole through its parts; parts of different wholes have nothing to do with each other. */
  function model(sent: readonly (Sent & { at: number; index: number })[], waitMs: number): unknown[] {
    const left: unknown[] = [];
    let group: { at: number; parts: Map<number, number> } | undefined;
    const payloads = () => [...group!.parts].sort((a, b) => a[0] - b[0]).map(([, payload]) => payload);
    const giveUp = (now: number) => {
      if (group && now > group.at + waitMs) {
        left.push(["incomplete", group.at + waitMs, payloads()]);
        group = undefined;
      }
    };
    for (const { at, part, index } of sent) {
      giveUp(at);
      group ??= { at, parts: new Map() };
      group.parts.set(part, index);
      if (group.parts.size < 3) continue;
      left.push(["out", at, payloads()]);
      group = undefined;
    }
    giveUp(Number.POSITIVE_INFINITY);
    return left;
  }

  it("agrees on parts that repeat, go missing and come late, with restarts anywhere", () => {
    fc.assert(
      fc.property(stream, (steps) => {
        const harness = createHarness(collect, { wait: "8 s" }, { startAt: start });
        let at = 0;
        const sent = steps.map((step, index) => {
          at += step.gap * 1_000;
          return { ...step, at, index };
        });
        for (const each of sent) {
          if (each.restart) harness.restart();
          const params = { whole: each.whole, part: String(each.part), parts: "3" };
          harness.send(each.index, { at: start + each.at, params, topic: each.whole });
        }
        harness.advanceTo(start + at + 3_600_000);
        const outputs = harness.outputs();
        for (const whole of ["x", "y", "z"]) {
          const seen = outputs
            .filter(({ message }) => message.topic === whole)
            .map(({ port, time, payload }) => [port, time - start, payload]);
          expect(seen).toEqual(
            model(
              sent.filter((each) => each.whole === whole),
              8_000,
            ),
          );
        }
      }),
      { numRuns: 300 },
    );
  });
});
