/**
 * What a journal has to hold, and what may be done with it: a batch that changed nothing is left out, a flow is stepped
 * apart from the others, and the same effects come of it, with the same ids.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { nodeTypes } from "../../../nodes/index.ts";
import { createCatalogue } from "../../../runtime/core/catalogue.ts";
import { Engine } from "../../../runtime/core/engine/engine.ts";
import type { Batch, Input } from "../../../runtime/core/engine/input.ts";
import { KeyedState } from "../../../runtime/core/engine/keyedState.ts";
import type { SnapshotRecord, StepResult } from "../../../runtime/core/engine/output.ts";
import type { FlowDocument } from "../../../runtime/core/flow/document.ts";
import { compileFlow } from "../../../runtime/core/plan/compile.ts";
import { testPlatform } from "../../harness/platform.ts";
import { alarmFlow, flowOf } from "../../plane/flows.ts";

const startAt = Date.UTC(2026, 0, 5, 12);
const catalogue = createCatalogue(nodeTypes);
const out = { topic: "out", connection: "main" };
const timed = (topic: string, whenIdle: string) => [
  "mqtt-in",
  {
    topic: `${topic}/{device}`,
    connection: "main",
    timeFrom: "expression",
    timeExpression: "payload.t",
    maxDelay: "2 s",
    idleAfter: "5 s",
    whenIdle,
  },
];

/** Two sources with a time of their own, joined: how far event time has come depends on when it was looked at. */
const joined = flowOf(
  "joined",
  {
    a: timed("a", "follow") as [string, object] as never,
    b: timed("b", "hold") as [string, object] as never,
    sum: ["window", { size: "3 s", aggregates: [{ name: "n", function: "count", value: "1" }] }],
    quiet: ["absence", { after: "4 s" }],
    publish: ["mqtt-out", out],
  },
  [
    "a.out -> sum.in",
    "b.out -> sum.in",
    "a.out -> quiet.in",
    "b.out -> quiet.in",
    "sum.out -> publish.in",
    "quiet.silent -> publish.in",
    "quiet.back -> publish.in",
  ],
);
const clocked = flowOf(
  "clocked",
  { go: ["inject", { when: "interval", every: "3 s", payload: true }], publish: ["mqtt-out", out] },
  ["go.out -> publish.in"],
);
const flows = [alarmFlow("alarm", "4 s"), joined, clocked];

function engineOf(documents: readonly FlowDocument[], records: readonly SnapshotRecord[] = []): Engine {
  const engine = new Engine(testPlatform);
  engine.restore(records);
  for (const document of documents) {
    const { plan, diagnostics } = compileFlow(document, catalogue, testPlatform);
    if (!plan) throw new Error(diagnostics.map((each) => each.message).join(" "));
    engine.deploy(plan, startAt);
  }
  return engine;
}

type Move = {
  readonly afterMs: number;
  readonly inputs: readonly (readonly [kind: "in" | "a" | "b", value: number])[];
};

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 9_000 })),
    inputs: fc.oneof(
      fc.constant([]),
      fc.array(fc.tuple(fc.constantFrom("in", "a", "b"), fc.integer({ min: -6, max: 3 })), { maxLength: 3 }),
    ),
  }),
  { maxLength: 60 },
);

function inputOf([kind, value]: Move["inputs"][number], now: number): Input {
  const payload =
    kind === "in" ? String(25 + value) : JSON.stringify({ t: new Date(now + value * 1000).toISOString() });
  const topic = `${kind}/${Math.abs(value) % 2}`;
  return { kind: "mqtt", connection: "main", topic, payload: Buffer.from(payload), retained: false };
}

const said = ({ effects, deadLetters }: StepResult) => [
  ...effects.map(({ id, effect }) => `${id} ${effect.payload}`),
  ...deadLetters.map(({ id, code }) => `${id} ${code}`),
];
const known = (engine: Engine) =>
  new Map(
    engine
      .snapshot(false)
      .map(({ address, value }) => [address.join("/"), JSON.parse(JSON.stringify(value))]),
  );

test("state that is read back as text is the same, timers first or last, whatever it holds", () => {
  const timers = fc.array(
    fc.tuple(fc.string(), fc.integer({ min: 0, max: 1000 }), fc.constantFrom("event", "processing")),
    { maxLength: 2 },
  );
  const named = timers.map((all) => [...new Map(all.map((each) => [each[0], each])).values()]);
  const sneaky = fc.constantFrom(',"timers":[', '],"state":', '{"timers":[["x",1,"event"]],"state":1}');
  const state = fc.oneof(fc.jsonValue(), sneaky, fc.record({ timers: fc.jsonValue(), state: sneaky }));
  fc.assert(
    fc.property(named, fc.option(state, { nil: undefined }), fc.boolean(), (given, value, isOld) => {
      const ofTimers = given.length > 0 ? { timers: given } : {};
      const ofState = value === undefined ? {} : { state: value };
      const record = isOld ? { ...ofState, ...ofTimers } : { ...ofTimers, ...ofState };
      const text = JSON.stringify(record);
      const [eager, lazy] = [new KeyedState(), new KeyedState()];
      eager.restore("k", JSON.parse(text));
      lazy.restoreText("k", text);
      expect([...lazy.records(false)]).toEqual([...eager.records(false)]);
      expect(lazy.read("k")).toEqual(eager.read("k"));
    }),
  );
});

test("a preview says what a deploy would do to each node, and does nothing", () => {
  const window = (size: string) => ["window", { size }] as const;
  const before = flowOf(
    "f",
    {
      in: ["mqtt-in", { topic: "in/{d}", connection: "main" }],
      a: window("1 min"),
      b: window("1 min"),
      c: ["absence"],
      d: ["absence"],
    },
    ["in.out -> a.in", "in.out -> b.in", "in.out -> c.in", "in.out -> d.in"],
  );
  const after = flowOf(
    "f",
    {
      in: ["mqtt-in", { topic: "in/{d}", connection: "main" }],
      a: window("1 min"),
      b: window("2 min"),
      c: ["debounce"],
      e: ["absence"],
    },
    ["in.out -> a.in", "in.out -> b.in", "in.out -> c.in", "in.out -> e.in"],
  );
  const engine = engineOf([before]);
  const inputs = ["in/1", "in/2"].map((topic): Input => {
    return { kind: "mqtt", connection: "main", topic, payload: Buffer.from("1"), retained: false };
  });
  engine.step({ now: startAt, position: 0, inputs });
  const { plan } = compileFlow(after, catalogue, testPlatform);
  const expected = new Map<string, object>([
    ["in", { fate: "kept", keys: 0 }],
    ["a", { fate: "kept", keys: 2 }],
    ["b", { fate: "reset", keys: 2, because: "settings" }],
    ["c", { fate: "reset", keys: 2, because: "type" }],
    ["e", { fate: "new", keys: 0 }],
    ["d", { fate: "forgotten", keys: 2 }],
  ]);
  const fates = () => new Map(engine.deployPreview(plan!).map(({ node, ...fate }) => [node, fate]));
  expect(fates()).toEqual(expected);
  const records = known(engine);
  expect(fates()).toEqual(expected);
  expect(known(engine)).toEqual(records);
  expect(engine.deploy(plan!, startAt)).toEqual({ kept: ["a"], reset: ["b", "c"] });
});

/** Runs moves as a host does: a batch without inputs that fired nothing leaves no trace. */
function run(engine: Engine, given: readonly Move[]): { journal: Batch[]; said: string[] } {
  const journal: Batch[] = [];
  const all: string[] = [];
  let position = 0;
  let now = startAt;
  for (const { afterMs, inputs } of given) {
    now += afterMs;
    const batch = { now, position, inputs: inputs.map((each) => inputOf(each, now)) };
    const result = engine.step(batch);
    all.push(...said(result));
    if (inputs.length === 0 && !result.fired) {
      expect(said(result)).toEqual([]);
      continue;
    }
    journal.push(batch);
    position += 1 + inputs.length;
  }
  // A batch that leaves no trace moves clocks, which the next one moves anyway: states are compared behind one.
  const last = { now, position, inputs: [inputOf(["in", 0], now)] };
  all.push(...said(engine.step(last)));
  journal.push(last);
  return { journal, said: all };
}

test("batches that fired nothing are not needed to come to the same effects, ids and state", () => {
  fc.assert(
    fc.property(moves, (given) => {
      const engine = engineOf(flows);
      const { journal, said: expected } = run(engine, given);
      const replayed = engineOf(flows);
      expect(journal.flatMap((batch) => said(replayed.step(batch)))).toEqual(expected);
      expect(known(replayed)).toEqual(known(engine));
    }),
    { numRuns: 150 },
  );
});

test("a replay that starts at any snapshot comes to the same effects, ids and state", () => {
  fc.assert(
    fc.property(moves, fc.nat(), (given, at) => {
      const engine = engineOf(flows);
      const { journal } = run(engine, given);
      const cut = at % journal.length;
      const first = engineOf(flows);
      for (const batch of journal.slice(0, cut)) first.step(batch);
      const records = JSON.parse(JSON.stringify(first.snapshot(false)));
      const second = engineOf(flows, records);
      const rest = journal.slice(cut);
      expect(rest.flatMap((batch) => said(second.step(batch)))).toEqual(
        rest.flatMap((batch) => said(first.step(batch))),
      );
      expect(known(second)).toEqual(known(first));
    }),
    { numRuns: 150 },
  );
});

test("a flow that is stepped apart and catches up does what it would have done with the others", () => {
  fc.assert(
    fc.property(moves, fc.constantFrom("alarm", "joined", "clocked"), fc.nat(), (given, apart, at) => {
      const { journal } = run(engineOf(flows), given);
      const together = engineOf(flows);
      const expected = journal.flatMap((batch) => said(together.step(batch)));
      const engine = engineOf(flows);
      const cut = at % journal.length;
      const found = journal.slice(0, cut).flatMap((batch) => said(engine.step(batch)));
      engine.detach(apart);
      const others = journal.slice(cut).flatMap((batch) => said(engine.step(batch)));
      expect(others.filter((each) => each.startsWith(`${apart}/`))).toEqual([]);
      found.push(...others, ...journal.slice(cut).flatMap((batch) => said(engine.step(batch, apart))));
      engine.attach(apart);
      expect([...found].sort()).toEqual([...expected].sort());
      const last = { now: journal.at(-1)!.now + 60_000, position: 1_000, inputs: [] };
      expect(said(engine.step(last)).sort()).toEqual(said(together.step(last)).sort());
      expect(known(engine)).toEqual(known(together));
    }),
    { numRuns: 150 },
  );
});
