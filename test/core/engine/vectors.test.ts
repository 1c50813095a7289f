/**
 * Watermarks of sources, and of nodes with several sources, beside vectors: our own, always, and those taken from Flink's
 * tests, where they lie beside the checkout. An input of a vector is a source here: its watermark W is a message of
 * time W + 1, it is idle when it has said nothing for long enough, and active with its next message.
 */
import { describe, expect, it } from "vitest";
import { publishedVectors } from "../../harness/publishedVectors.ts";
import { base, nodeType, Rig, source, timed } from "./rig.ts";

interface Vector {
  readonly id: string;
  readonly params: Readonly<Record<string, number>>;
  readonly events: readonly unknown[];
  readonly expected: readonly unknown[];
}

/** Sources that hold when idle, and a node fed by all of them that says its watermark when asked. */
class Inputs {
  private readonly rig: Rig;
  private readonly active: boolean[];
  private readonly idleAfterMs: number;
  seen = Number.NEGATIVE_INFINITY;

  constructor(count: number, { idleAfterMs = 1_000, maxDelayMs = 0 }) {
    const names = Array.from({ length: count }, (_, index) => `in${index}`);
    const watch = nodeType("watch", () => ({
      onMessage: (_message, port, ctx) => {
        if (port === "button") this.seen = ctx.watermark - base;
      },
    }));
    const time = { ...timed, idleAfterMs, maxDelayMs, whenIdle: "hold" };
    this.idleAfterMs = idleAfterMs;
    this.active = names.map(() => true);
    this.rig = new Rig(() => [watch, ...names.map((name) => source(name, time, `${name}/+`))]);
    this.deploy(names);
  }

  private deploy(names: readonly string[]): void {
    this.rig.deploy(
      [["watch", "watch"], ...names.map((name): [string, string] => [name, name])],
      names.map((name) => `${name}.out -> watch.in`),
    );
  }

  /** A message of an input, ms after the base. */
  send(input: number, time: number): number {
    this.active[input] = true;
    this.rig.send({ t: base + time }, `in${input}/a`);
    return this.watermark();
  }

  pass(ms: number): number {
    this.rig.now += ms;
    return this.watermark();
  }

  /** Time passes, in which every active input but this one repeats something old, often enough not to fall idle. */
  silence(input: number): number {
    this.active[input] = false;
    const halfMs = this.idleAfterMs / 2;
    for (const stepMs of [halfMs, halfMs - 1]) {
      this.rig.now += stepMs;
      for (const [other, active] of this.active.entries()) {
        if (active) this.rig.send({ t: base - 1_000_000 }, `in${other}/a`);
      }
    }
    return this.pass(1);
  }

  restart(): void {
    this.rig.restart();
    this.deploy(this.active.map((_, index) => `in${index}`));
  }

  watermark(): number {
    this.rig.step([{ kind: "inject", flow: "flow", node: "watch" }]);
    return this.seen;
  }
}

const ownValves: readonly Vector[] = [
  {
    id: "an input that resumes far behind holds nobody back",
    params: { inputs: 2 },
    events: [
      { ch: 0, watermark: 10 },
      { ch: 1, watermark: 4 },
      { ch: 1, status: "idle" },
      { ch: 1, watermark: 5 },
      { ch: 0, watermark: 20 },
      { ch: 1, watermark: 15 },
      { ch: 1, watermark: 22 },
      { ch: 0, watermark: 30 },
    ],
    expected: [[], [4], [10], [], [20], [], [], [22]],
  },
  {
    id: "the last to fall idle lets event time go on to the furthest",
    params: { inputs: 2 },
    events: [
      { ch: 0, watermark: 10 },
      { ch: 1, watermark: 4 },
      { ch: 0, status: "idle" },
      { ch: 1, status: "idle" },
    ],
    expected: [[], [4], [], [10]],
  },
];

describe("event time over several sources", () => {
  const valves = [...ownValves, ...publishedVectors<Vector>(({ id }) => id.startsWith("valve-"))];
  const cases = valves.flatMap((vector) => [
    { id: vector.id, vector, restart: false },
    { id: `${vector.id}, restarted after every step`, vector, restart: true },
  ]);

  it.each(cases)("$id", ({ vector, restart }) => {
    const inputs = new Inputs(vector.params.inputs!, {});
    let before = Number.NEGATIVE_INFINITY;
    const idle = new Set<number>();
    for (const [index, event] of vector.events.entries()) {
      const { ch, watermark, status } = event as { ch: number; watermark?: number; status?: string };
      let after = before;
      if (status === "idle") {
        idle.add(ch);
        after = inputs.silence(ch);
      } else if (status === "active") idle.delete(ch);
      // A source whose watermark moves is not idle: the vectors' own inputs have a status apart.
      else if (!idle.has(ch) || !vector.events.slice(index).some((each) => isActive(each, ch)))
        after = inputs.send(ch, watermark! + 1);
      const numbers = (vector.expected[index] as unknown[]).filter((each) => typeof each === "number");
      expect(after > before ? [after] : [], `after ${index}: ${JSON.stringify(event)}`).toEqual(numbers);
      expect(after).toBeGreaterThanOrEqual(before);
      before = after;
      if (restart) inputs.restart();
    }
  });

  function isActive(event: unknown, input: number): boolean {
    const { ch, status } = event as { ch: number; status?: string };
    return ch === input && status === "active";
  }
});

describe("event time of one source", () => {
  const own: Vector = {
    id: "the newest time less the delay less one",
    params: { delay: 5 },
    events: [{ events: [] }, { events: [100] }, { events: [100, 90, 104] }],
    expected: ["MIN", 94, 98],
  };
  const bounded = [own, ...publishedVectors<Vector>(({ id }) => id === "wm-bounded-ooo")];
  it.each(bounded.map((vector) => ({ id: vector.id, vector })))("$id", ({ vector }) => {
    for (const [index, row] of vector.events.entries()) {
      const inputs = new Inputs(1, { maxDelayMs: vector.params.delay! });
      for (const time of (row as { events: number[] }).events) inputs.send(0, time);
      const expected = vector.expected[index];
      expect(inputs.watermark()).toBe(expected === "MIN" ? Number.NEGATIVE_INFINITY : expected);
    }
  });

  const ownIdleness: Vector = {
    id: "idle after the time-out, active with a message",
    params: { timeout: 10 },
    events: [
      { op: "advance", ms: 9 },
      { op: "probe" },
      { op: "advance", ms: 2 },
      { op: "probe" },
      { op: "activity" },
      { op: "probe" },
    ],
    expected: [false, true, false],
  };
  const idleness = [ownIdleness, ...publishedVectors<Vector>(({ id }) => id === "wm-idleness-timer")];
  it.each(idleness.map((vector) => ({ id: vector.id, vector })))("$id", ({ vector }) => {
    // A second input, always ahead: event time reaches it only when the first is idle.
    const inputs = new Inputs(2, { idleAfterMs: vector.params.timeout! });
    const probes: boolean[] = [];
    let time = 0;
    for (const event of vector.events) {
      const { op, ms } = event as { op: string; ms?: number };
      if (op === "advance") inputs.pass(ms!);
      else if (op === "activity") inputs.send(0, time);
      else {
        time += 10;
        probes.push(inputs.send(1, time) === time - 1);
      }
    }
    expect(probes).toEqual(vector.expected);
  });
});
