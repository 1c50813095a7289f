/** Bounds of what a node keeps: refused beyond, and warned of before. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import batch from "../../../nodes/batch.ts";
import collect from "../../../nodes/collect.ts";
import split from "../../../nodes/split.ts";
import windowNode from "../../../nodes/window.ts";
import { type Message, perKeyFields } from "../../../runtime/core/api.ts";
import { limits } from "../../../runtime/core/limits.ts";
import { config } from "../../../runtime/core/schema.ts";
import { arrival, base, type Log, logger, nodeType, Rig, source, timed } from "./rig.ts";

const keep = nodeType("keep", () => ({
  onMessage: (message: Message, _port, ctx) => {
    ctx.state = message.payload as never;
    ctx.emit("out", { ...message, key: ctx.key });
  },
}));
const keepBy = {
  ...nodeType("keep-by", () => ({
    onMessage: (message: Message, _port, ctx) => {
      ctx.state = 1 as never;
      ctx.emit("out", { ...message, key: ctx.key });
    },
  })),
  keyed: true,
  config: config(perKeyFields),
};
const filling = nodeType("filling", () => ({
  onMessage: ({ payload }: Message, _port, ctx) => {
    for (const [name, used] of Object.entries(payload as Record<string, number>)) ctx.fill(name, used, 1_000);
  },
}));

function rigOf(node: string, given = {}, types = [keep, keepBy, filling]) {
  const rig = new Rig((log: Log) => [source("src", arrival), ...types, logger(log)]);
  const deploy = () =>
    rig.deploy(
      [
        ["s", "src"],
        ["k", node, given],
        ["l", "log"],
      ],
      ["s.out -> k.in", "k.out -> l.in"],
    );
  deploy();
  return { rig, deploy, status: () => rig.engine.telemetry("flow").k!.status };
}

describe("keys of a node", () => {
  const full = 10;
  const { keysPerNodeMax } = limits;
  const setMax = (value: number) => Object.assign(limits, { keysPerNodeMax: value });
  afterEach(() => setMax(keysPerNodeMax));

  it("are warned of from 80 % on, refused at the limit, and both after a restart", () => {
    setMax(full);
    const { rig, deploy, status } = rigOf("keep");
    const letters = Array.from({ length: full + 1 }, (_, index) => {
      const { deadLetters } = rig.send(1, `in/k${index}`);
      return [status()?.text, deadLetters[0]?.code] as const;
    });
    expect(letters.slice(6)).toEqual([
      [undefined, undefined],
      ["80 % full: keys", undefined],
      ["90 % full: keys", undefined],
      ["100 % full: keys", undefined],
      ["100 % full: keys", "STATE_FULL"],
    ]);
    rig.restart();
    deploy();
    expect(status()?.text).toBe("100 % full: keys");
    expect(rig.send(1, "in/new").deadLetters[0]?.code).toBe("STATE_FULL");
    // Keys it knows go on, and one that is forgotten makes room.
    expect(rig.send(2, "in/k3").deadLetters).toEqual([]);
  });

  it("may be texts, numbers and booleans; of an object or nothing the message fails", () => {
    const { rig } = rigOf("keep-by", { per: "value", perValue: "payload.id" });
    for (const id of ["a", 7, true]) rig.send({ id });
    expect(rig.taken().map((line) => line.split(":")[0])).toEqual(["a", "7", "true"]);
    const letters = [{ id: { a: 1 } }, { id: ["a"] }, { id: null }, {}].flatMap(
      (payload) => rig.send(payload).deadLetters,
    );
    expect(letters.map(({ code, node, text }) => [code, node, text])).toEqual([
      ["KEY_NOT_TEXT", "k", 'The value that separates is {"a":1}: expected a text or number.'],
      ["KEY_NOT_TEXT", "k", 'The value that separates is ["a"]: expected a text or number.'],
      ["KEY_NOT_TEXT", "k", "The value that separates is null: expected a text or number."],
      ["KEY_NOT_TEXT", "k", "The value that separates is no result: expected a text or number."],
    ]);
    expect(rig.taken()).toEqual([]);
  });

  it("are names: what is longer fails", () => {
    const { rig } = rigOf("keep-by", { per: "value", perValue: "payload.id" });
    expect(rig.send({ id: "x".repeat(limits.keyLengthMax) }).deadLetters).toEqual([]);
    const [letter] = rig.send({ id: "x".repeat(limits.keyLengthMax + 1) }).deadLetters;
    expect(letter?.code).toBe("KEY_TOO_LONG");
    expect(letter!.text.length).toBeLessThan(200);
  });
});

describe("what an operator says is nearly full", () => {
  it("is shown: the fullest, until a minute after it last was", () => {
    const { rig, status } = rigOf("filling");
    rig.send({ windows: 799 });
    expect(status()).toBeUndefined();
    rig.send({ windows: 800, messages: 950 });
    expect(status()).toEqual({ level: "warning", text: "95 % full: messages" });
    rig.now += 59_000;
    rig.send({ windows: 801 });
    rig.now += 1_000;
    rig.step();
    expect(status()).toEqual({ level: "warning", text: "80 % full: windows" });
    rig.now += 59_000;
    rig.step();
    expect(status()).toBeUndefined();
  });

  it("stands behind an error of the node, and before its other words", () => {
    const says = (level: string) => ({ ...filling, status: () => ({ level, text: "own" }) }) as never;
    for (const [level, shown] of [
      ["ok", "90 % full: x"],
      ["warning", "own"],
      ["error", "own"],
    ] as const) {
      const { rig, status } = rigOf("filling", {}, [says(level)]);
      rig.send({ x: 900 });
      expect(status()?.text).toBe(shown);
    }
  });
});

describe("timers of one step", () => {
  const { timerWorkPerStepMax } = limits;
  const setMax = (value: number) => Object.assign(limits, { timerWorkPerStepMax: value });
  afterEach(() => setMax(timerWorkPerStepMax));

  /** Emits a beat every so often, ten times after each message. */
  const beats = nodeType("beats", () => ({
    onMessage: ({ payload }: Message, _port, ctx) => {
      const { t, every } = payload as { t: number; every: number };
      ctx.state = { left: 10, every } as never;
      ctx.setTimer("beat", t + every, "event");
    },
    onTimer: ({ at }, ctx) => {
      const { left, every } = ctx.state as unknown as { left: number; every: number };
      ctx.state = (left > 1 ? { left: left - 1, every } : undefined) as never;
      if (left > 1) ctx.setTimer("beat", at + every, "event");
      ctx.emit("out", {
        topic: "",
        payload: at - base,
        key: ctx.key,
        time: at,
        params: {},
        id: ctx.nextId(),
      });
    },
  }));

  function beatingRig() {
    const rig = new Rig((log) => [source("src", timed), source("ticks", arrival), beats, logger(log)]);
    const deploy = () =>
      rig.deploy(
        [
          ["s", "src"],
          ["b", "beats"],
          ["l", "log"],
        ],
        ["s.out -> b.in", "b.out -> l.in"],
      );
    deploy();
    return { rig, deploy };
  }

  it("are as many as fit; the rest goes on in the next ones, at once, and in the same order", () => {
    const { rig, deploy } = beatingRig();
    rig.send({ t: base, every: 10 });
    rig.send({ t: base, every: 7 }, "in/b");
    setMax(6);
    rig.send({ t: base + 1_000_000, every: 1 }, "in/far");
    const first = rig.taken();
    expect(first.length).toBeLessThan(20);
    expect(rig.engine.nextTimerAt()).toBe(rig.now + 1);
    rig.restart();
    deploy();
    const rest: string[] = [];
    for (let steps = 0; steps < 12; steps++) {
      rig.now++;
      rig.step();
      rest.push(...rig.taken());
    }
    const times = [...first, ...rest].map((line) => Number(line.split("@")[1]));
    expect(times.length).toBe(20);
    expect(first.length).toBeGreaterThan(0);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it("give the same in event time, however few fit into a step", () => {
    const given = fc.array(
      fc.record({ key: fc.constantFrom("a", "b", "c"), t: fc.nat(10_000), value: fc.nat(9) }),
      { minLength: 1, maxLength: 30 },
    );
    const run = (messages: readonly { key: string; t: number; value: number }[], max: number) => {
      setMax(max);
      const config = {
        size: "1 s",
        hop: "500 ms",
        aggregates: [{ name: "sum", function: "sum", value: "payload.v" }],
      };
      const rig = new Rig((log) => [source("src", timed), windowNode, logger(log)]);
      rig.deploy(
        [
          ["s", "src"],
          ["w", "window", config],
          ["l", "log"],
        ],
        ["s.out -> w.in", "w.out -> l.in"],
      );
      const sorted = [...messages].sort((a, b) => a.t - b.t);
      for (const { key, t, value } of sorted) rig.send({ t: base + t, v: value }, `in/${key}`);
      rig.send({ t: base + 60_000, v: 0 }, "in/end");
      for (let steps = 0; steps < 400 && rig.engine.nextTimerAt() === rig.now + 1; steps++) {
        rig.now++;
        rig.step();
      }
      return rig
        .taken()
        .filter((line) => !line.startsWith("end"))
        .sort();
    };
    fc.assert(
      fc.property(given, fc.integer({ min: 1, max: 9 }), (messages, max) => {
        expect(run(messages, max)).toEqual(run(messages, timerWorkPerStepMax));
      }),
      { numRuns: 60 },
    );
  });

  it("and an operator that emits without end come to an end, also when nobody listens", () => {
    const endless = nodeType("endless", () => ({
      onMessage: (message: Message, _port, ctx) => {
        for (;;) ctx.emit("out", message);
      },
    }));
    const rig = new Rig(() => [source("src", arrival), endless]);
    rig.deploy(
      [
        ["s", "src"],
        ["e", "endless"],
      ],
      ["s.out -> e.in"],
    );
    const letters = rig.send(1).deadLetters;
    expect(letters.map(({ code, node }) => [code, node])).toEqual([["TOO_MANY_MESSAGES", "e"]]);
  });
});

describe("ids", () => {
  it("of several messages made of one, or one of many, are their own, and the same under replay", () => {
    const run = () => {
      const ids: string[] = [];
      const see = nodeType("see", () => ({ onMessage: ({ id }: Message) => void ids.push(id) }));
      const rig = new Rig(() => [source("src", timed), split, batch, collect, windowNode, see]);
      const window = { size: "1 s", aggregates: [{ name: "n", function: "count" }] };
      rig.deploy(
        [
          ["s", "src"],
          ["split", "split", { value: "payload.list" }],
          ["batch", "batch", { size: 2, until: "count" }],
          ["collect", "collect"],
          ["window", "window", window],
          ...["split", "batch", "collect", "window"].map((name): [string, string] => [`see-${name}`, "see"]),
        ],
        [
          "s.out -> split.in",
          "split.out -> batch.in",
          "split.out -> collect.in",
          "split.out -> window.in",
          ...["split", "batch", "collect", "window"].map((name) => `${name}.out -> see-${name}.in`),
        ],
      );
      for (const after of [0, 500, 5_000]) rig.send({ t: base + after, list: [1, 2, 3, 4] });
      return ids;
    };
    const ids = run();
    expect(ids.length).toBeGreaterThan(3 * (4 + 2 + 1));
    expect(new Set(ids).size).toBe(ids.length);
    expect(run()).toEqual(ids);
  });
});
