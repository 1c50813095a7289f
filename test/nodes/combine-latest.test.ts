import fc from "fast-check";
import { describe, expect, it } from "vitest";
import combineLatest from "../../nodes/combine-latest.ts";
import { inputsOf } from "../../runtime/core/api.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { type Arrival, type Left, modelled, run, streamStart as start, streams } from "./orderedStream.ts";
import { watchState } from "./watchState.ts";

const input = (name: string, more: object = {}) => ({ name, value: "payload", triggers: true, ...more });
const two = [input("a"), input("b")];

describe("combine-latest", () => {
  it("waits for every input of a device, and says for how many devices it waits", () => {
    const harness = createHarness(combineLatest, { inputs: two }, { startAt: start });
    harness.send(1, { port: "a", key: "x" });
    harness.send(2, { port: "b", key: "y" });
    expect(harness.outputs()).toEqual([]);
    harness.restart();
    expect(harness.status()).toEqual({ level: "ok", text: "2 incomplete" });
    harness.send(3, { port: "b", key: "x", topic: "t", params: { room: "hall" } });
    expect(harness.outputs()).toMatchObject([
      { port: "out", key: "x", payload: { a: 1, b: 3 }, message: { topic: "t", params: { room: "hall" } } },
    ]);
    expect(harness.status()).toEqual({ level: "ok", text: "1 incomplete" });
  });

  it("takes everything together when told to", () => {
    const harness = createHarness(combineLatest, { inputs: two, per: "all" }, { startAt: start });
    harness.send(1, { port: "a", key: "x" });
    harness.send(2, { port: "b", key: "y" });
    expect(harness.outputs()).toMatchObject([{ key: "", payload: { a: 1, b: 2 } }]);
  });

  it("keeps the value it has when a message brings none, and takes null for one", () => {
    const inputs = [input("a", { value: "payload.v" }), input("b")];
    const harness = createHarness(combineLatest, { inputs }, { startAt: start });
    harness.send({ v: null }, { port: "a" });
    harness.send({}, { port: "a" });
    harness.send(1, { port: "b" });
    expect(harness.outputs().map(({ payload }) => payload)).toEqual([{ a: null, b: 1 }]);
    expect(harness.drops()).toEqual({ "no result": 1 });
  });

  it("counts a value of exactly the greatest age, and none that is older", () => {
    const inputs = [input("a", { maxAge: "10 s" }), input("b")];
    const harness = createHarness(combineLatest, { inputs }, { startAt: start });
    harness.send(1, { port: "a" });
    harness.send(2, { port: "b", at: start + 10_000 });
    expect(harness.outputs("out")).toHaveLength(1);
    harness.send(3, { port: "b", at: start + 10_001 });
    expect(harness.outputs()).toMatchObject([
      { port: "expired", time: start + 10_000, payload: { input: "a", value: 1, since: start } },
    ]);
    expect(harness.status()).toEqual({ level: "ok", text: "1 incomplete" });
  });

  it("says by itself that values are too old, after a restart too, and forgets a device of which none is left", () => {
    const inputs = [input("a", { maxAge: "10 s" }), input("b", { maxAge: "20 s" })];
    const { type, keys } = watchState(combineLatest);
    const harness = createHarness(type, { inputs }, { startAt: start });
    harness.send(1, { port: "a" });
    harness.send(2, { port: "b" });
    harness.restart();
    harness.advanceTo(start + 19_999);
    expect(harness.outputs("expired")).toMatchObject([{ payload: { input: "a" } }]);
    expect([...keys]).toEqual(["key"]);
    harness.advanceTo(start + 20_000);
    expect(harness.outputs("expired")).toMatchObject([{ payload: { input: "b" } }]);
    expect([...keys]).toEqual([]);
    expect(harness.status()).toBeUndefined();
  });

  it("writes any name, also one that objects have a meaning for", () => {
    const inputs = [input("__proto__"), input("b")];
    const harness = createHarness(combineLatest, { inputs }, { startAt: start });
    harness.send(1, { port: "__proto__" });
    harness.send(2, { port: "b" });
    expect(JSON.stringify(harness.outputs()[0]!.payload)).toBe('{"__proto__":1,"b":2}');
  });

  it("names its ports also by settings that are wrong", () => {
    const ports = (inputs: unknown) => inputsOf(combineLatest, { inputs }).map(({ name }) => name);
    expect(ports([{ name: "a" }, { name: 5 }, null, "x"])).toEqual(["a", "in2", "in3", "in4"]);
    expect(ports("nonsense")).toEqual([]);
  });

  it("refuses names twice, an age of nothing, and inputs none of which sends a result", () => {
    const fields = (inputs: object[]) => combineLatest.check!({ inputs } as never).map(({ field }) => field);
    expect(fields([input("a"), input("a")])).toEqual(["/inputs/1/name"]);
    expect(fields([input("a", { maxAge: "0 s" }), input("b")])).toEqual(["/inputs/0/maxAge"]);
    expect(fields([input("a", { triggers: false }), input("b", { triggers: false })])).toEqual(["/inputs"]);
  });
});

interface Settings {
  readonly name: string;
  readonly maxAge: number | undefined;
  readonly initial: number | undefined;
  readonly triggers: boolean;
}

/** Looks through all messages anew for every instant at which something happens. */
function model(messages: readonly Arrival<number>[], inputs: readonly Settings[]): Left[] {
  const endOf = ({ at }: Arrival<number>, { maxAge }: Settings) => at + (maxAge ?? Number.POSITIVE_INFINITY);
  /** Of the first `count` messages, those of an input. */
  const of = (input: number, count: number) =>
    messages.slice(0, count).filter(({ port }) => port === inputs[input]!.name);
  const combined = (count: number, valid: (end: number) => boolean): object | undefined => {
    const values = inputs.map((input, index): [string, number | undefined] => {
      const newest = of(index, count).at(-1);
      return [input.name, newest && valid(endOf(newest, input)) ? newest.payload : input.initial];
    });
    return values.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(values);
  };
  const left: Left[] = [];
  const ends = messages
    .map((each, index) => {
      const input = inputs.find(({ name }) => name === each.port)!;
      const next = messages.slice(index + 1).find(({ port }) => port === each.port);
      return { each, input, end: endOf(each, input), next };
    })
    .filter(({ end, next }) => end < Number.POSITIVE_INFINITY && (!next || next.at > end));
  const instants = [...new Set([...messages.map(({ at }) => at), ...ends.map(({ end }) => end)])];
  for (const instant of instants.sort((a, b) => a - b)) {
    for (const [index, { at, port }] of messages.entries()) {
      if (at !== instant || !inputs.find(({ name }) => name === port)!.triggers) continue;
      const payload = combined(index + 1, (end) => end >= instant);
      if (payload) left.push(["out", at, payload]);
    }
    const over = inputs.flatMap((input) =>
      ends.filter((each) => each.input === input && each.end === instant),
    );
    for (const { each, input } of over) {
      const payload = { input: input.name, value: each.payload, since: start + each.at };
      left.push(["expired", instant, payload]);
    }
    const count = messages.filter(({ at }) => at <= instant).length;
    const payload = combined(count, (end) => end > instant);
    if (payload && over.some(({ input }) => input.triggers)) left.push(["out", instant, payload]);
  }
  return left;
}

const settings = (name: string): fc.Arbitrary<Settings> =>
  fc.record({
    name: fc.constant(name),
    maxAge: fc.constantFrom(undefined, 4_000, 7_000, 20_000),
    initial: fc.constantFrom(undefined, undefined, -1),
    triggers: fc.boolean(),
  });

describe("combine-latest beside a naive model", () => {
  it("agrees on streams out of order within the delay, silent and restarted anywhere", () => {
    fc.assert(
      fc.property(
        streams(fc.nat(99), ["a", "b", "c"]),
        fc.tuple(settings("a"), settings("b"), settings("c")),
        (stream, chosen) => {
          fc.pre(chosen.some(({ triggers }) => triggers));
          const inputs = chosen.map(({ name, maxAge, initial, triggers }) =>
            input(name, {
              ...(maxAge === undefined ? {} : { maxAge: `${maxAge} ms` }),
              ...(initial === undefined ? {} : { initial }),
              triggers,
            }),
          );
          expect(run(combineLatest, { inputs }, stream)).toEqual(
            modelled(stream, (messages) => model(messages, chosen)),
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});
