/**
 * Watermarks of sources, and of nodes with several sources, beside vectors: our own, always, and those taken from Flink's
 * tests, where they lie beside the checkout. An input of a vector is a source here: its watermark W is a message of
 * time W + 1, it is idle when it has said nothing for long enough, and active with its next message.
 */
import { describe, expect, it } from "vitest";
import { type Context, inOrder, type Message, type Operator } from "../../../runtime/core/api.ts";
import { readsAll, titled, vectorsOf } from "../../harness/publishedVectors.ts";
import { base, nodeType, Rig, source, timed } from "./rig.ts";

interface Tolerance {
  readonly streams?: readonly string[];
  readonly lateTolerance?: number;
}

/** Sources, which hold when idle, and a node fed by all of them that says its watermark when asked. */
class Inputs {
  private readonly rig: Rig;
  private readonly active: boolean[];
  private readonly idleAfterMs: number;
  seen = Number.NEGATIVE_INFINITY;
  /** Messages that are not late, in order of event time, as far as it has come: input@time. */
  readonly judged: string[] = [];

  constructor(count: number, { idleAfterMs = 1_000, maxDelayMs = 0, whenIdle = "hold" }) {
    const names = Array.from({ length: count }, (_, index) => `in${index}`);
    const ordered = inOrder<object>({
      judge: (_own, { topic, time }) => {
        this.judged.push(`${topic.split("/")[0]}@${time - base}`);
        return {};
      },
    }) as Operator<unknown>;
    const watch = nodeType("watch", () => ({
      ...ordered,
      onMessage: (message: Message, port: string, ctx: Context) => {
        if (port === "button") this.seen = ctx.watermark - base;
        else if (message.time > ctx.watermark) ordered.onMessage(message, port, ctx);
      },
    }));
    const time = { ...timed, idleAfterMs, maxDelayMs, whenIdle };
    this.idleAfterMs = idleAfterMs;
    this.active = names.map(() => true);
    this.rig = new Rig(() => [watch, ...names.map((name) => source(name, time, `${name}/{device}`))]);
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
    // More than the time-out for this one, much less for the others.
    return this.pass(2);
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

describe("event time over several sources", () => {
  const cases = vectorsOf("valve").flatMap((vector) => [
    { id: vector.id, vector, restart: false },
    { id: `${vector.id}, restarted after every step`, vector, restart: true },
  ]);

  it.each(cases)("$id", ({ vector, restart }) => {
    readsAll(vector.params, ["inputs"], vector.id);
    const inputs = new Inputs(vector.params.inputs as number, {});
    const events = vector.events as { ch: number; watermark?: number; status?: string }[];
    let before = Number.NEGATIVE_INFINITY;
    const idle = new Set<number>();
    for (const [index, event] of events.entries()) {
      const { ch, watermark, status } = event;
      readsAll(event, ["ch", "watermark", "status"], vector.id);
      let after = before;
      if (status === "idle") {
        idle.add(ch);
        after = inputs.silence(ch);
      } else if (status === "active") {
        idle.delete(ch);
        // A source becomes active by speaking: of something old, which moves nothing.
        after = inputs.send(ch, -1_000_000);
      } else {
        expect(status, vector.id).toBeUndefined();
        // A source that speaks is not idle: the vectors' own inputs have a status apart, and nothing counts while idle.
        if (!idle.has(ch)) after = inputs.send(ch, watermark! + 1);
      }
      const said = (vector.expected as unknown[][])[index]!;
      const numbers = said.filter((each) => each !== "idle" && each !== "active");
      expect(after > before ? [after] : [], `after ${index}: ${JSON.stringify(event)}`).toEqual(numbers);
      expect(after).toBeGreaterThanOrEqual(before);
      before = after;
      if (restart) inputs.restart();
    }
  });

  it.each(titled(vectorsOf("ekuiperWatermark")))("$id", ({ vector }) => {
    readsAll(vector.params, ["lateTolerance", "streams"], vector.id);
    const { streams = ["demo"], lateTolerance = 0 } = vector.params as Tolerance;
    const inputs = new Inputs(streams.length, { maxDelayMs: lateTolerance });
    const said: string[] = [];
    let before = inputs.watermark();
    for (const event of vector.events as { stream?: string; ts: number }[]) {
      readsAll(event, ["stream", "ts"], vector.id);
      const { stream = streams[0]!, ts } = event;
      const after = inputs.send(streams.indexOf(stream), ts);
      said.push(...inputs.judged.splice(0).map((each) => each.replace(/^in(\d+)/, (_, at) => streams[at]!)));
      // Its watermark is the first time that may still come, ours the last that may not. Of one stream it says none.
      if (after > before && streams.length > 1) said.push(`WM ${after + 1}`);
      before = after;
    }
    expect(said).toEqual(vector.expected);
  });
});

describe("event time of one source", () => {
  it.each(titled(vectorsOf("boundedDisorder")))("$id", ({ vector }) => {
    readsAll(vector.params, ["delay"], vector.id);
    for (const [index, row] of (vector.events as { events: number[] }[]).entries()) {
      readsAll(row, ["events", "probe"], vector.id);
      const inputs = new Inputs(1, { maxDelayMs: vector.params.delay as number });
      for (const time of row.events) inputs.send(0, time);
      expect(shown(inputs.watermark())).toBe((vector.expected as unknown[])[index]);
    }
  });

  it.each(titled(vectorsOf("idleness")))("$id", ({ vector }) => {
    readsAll(vector.params, ["timeout"], vector.id);
    // A second input, always ahead: event time reaches it only when the first is idle.
    const inputs = new Inputs(2, { idleAfterMs: vector.params.timeout as number });
    const probes: boolean[] = [];
    let time = 0;
    for (const event of vector.events as { op: string; ms?: number }[]) {
      readsAll(event, ["op", "ms"], vector.id);
      const { op, ms } = event;
      if (op === "advance") inputs.pass(ms!);
      else if (op === "activity") inputs.send(0, time);
      else {
        expect(op, vector.id).toBe("probe");
        time += 10;
        probes.push(inputs.send(1, time) === time - 1);
      }
    }
    expect(probes).toEqual(vector.expected);
  });

  it.each(titled(vectorsOf("silence")))("$id", ({ vector }) => {
    readsAll(vector.params, ["delay", "timeout", "when_idle"], vector.id);
    const { delay, timeout, when_idle: whenIdle } = vector.params;
    expect(["hold", "follow"]).toContain(whenIdle);
    const inputs = new Inputs(1, {
      maxDelayMs: delay as number,
      idleAfterMs: timeout as number,
      whenIdle: whenIdle as string,
    });
    const reached = (vector.events as { op: string; ms?: number; ts?: number }[]).map((event) => {
      readsAll(event, ["op", event.op === "event" ? "ts" : "ms"], vector.id);
      expect(["event", "advance"]).toContain(event.op);
      return shown(event.op === "event" ? inputs.send(0, event.ts!) : inputs.pass(event.ms!));
    });
    expect(reached).toEqual(vector.expected);
  });
});

function shown(watermark: number): number | string {
  return watermark === Number.NEGATIVE_INFINITY ? "MIN" : watermark;
}
