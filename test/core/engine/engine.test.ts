/** The engine through small node types of its own: order, keys, event time, timers, errors, redeploys, bounds. */
import { describe, expect, it } from "vitest";
import {
  type AnyNodeType,
  config,
  defineNode,
  derive,
  field,
  type Message,
  type Operator,
} from "../../../runtime/core/api.ts";
import { createCatalogue } from "../../../runtime/core/catalogue.ts";
import { Engine } from "../../../runtime/core/engine/engine.ts";
import type { Input } from "../../../runtime/core/engine/input.ts";
import type { SnapshotRecord } from "../../../runtime/core/engine/output.ts";
import { emptyFlow, type FlowDocument } from "../../../runtime/core/flow/document.ts";
import { limits } from "../../../runtime/core/limits.ts";
import { compileFlow } from "../../../runtime/core/plan/compile.ts";
import { testPlatform } from "../../harness/platform.ts";

type Log = string[];

function nodeType(
  type: string,
  operator: (config: never) => Operator<never>,
  more: Partial<AnyNodeType> = {},
): AnyNodeType {
  return {
    ...defineNode({
      type,
      version: 1,
      category: "structure",
      title: type,
      purpose: "",
      icon: "",
      config: config({ label: field.optional(field.text({ title: "Label" })) }),
      docs: "",
      examples: [],
      inputs: [{ name: "in", title: "in" }],
      outputs: [{ name: "out", title: "out" }],
      summary: () => "",
      stateVersion: 1,
      operator: () => ({ onMessage: () => undefined }),
    }),
    operator: operator as unknown as AnyNodeType["operator"],
    ...more,
  };
}

function source(type: string, time: object, topic = "in/{device}"): AnyNodeType {
  return nodeType(type, () => ({ onMessage: (message, _port, ctx) => ctx.emit("out", message) }), {
    inputs: [],
    subscriptions: () => [
      {
        port: "mqtt",
        connection: "default",
        topic,
        qos: 0,
        format: "json",
        time: time as never,
        retained: true,
      },
    ],
  });
}

const arrival = { from: "arrival" };
const timed = {
  from: "expression",
  expression: "payload.t",
  maxDelayMs: 0,
  idleAfterMs: 60_000,
  whenIdle: "follow",
};

/** Starts well above 1e11, below which numbers read as seconds. */
const base = 1_800_000_000_000;

class Rig {
  readonly log: Log = [];
  engine = new Engine(testPlatform);
  now = base;
  position = 0;
  private readonly catalogue;

  constructor(types: (log: Log) => AnyNodeType[]) {
    this.catalogue = createCatalogue(types(this.log));
  }

  deploy(
    nodes: [id: string, type: string, config?: object][],
    wires: string[],
    more: Partial<FlowDocument> = {},
  ) {
    const flow = {
      ...emptyFlow("flow", "Flow"),
      nodes: nodes.map(([id, type, given = {}]) => ({ id, type, version: 1, config: { ...given } })),
      wires,
      ...more,
    };
    const { plan, diagnostics } = compileFlow(flow, this.catalogue, testPlatform);
    if (!plan) throw new Error(JSON.stringify(diagnostics));
    return this.engine.deploy(plan, this.now);
  }

  step(inputs: Input[] = []) {
    const result = this.engine.step({ now: this.now, position: this.position, inputs });
    this.position += inputs.length + 1;
    return result;
  }

  send(payload: unknown, topic = "in/a") {
    return this.step([mqtt(topic, payload)]);
  }

  restart(): void {
    const snapshot = JSON.parse(JSON.stringify(this.engine.snapshot(false))) as SnapshotRecord[];
    this.engine = new Engine(testPlatform);
    this.engine.restore(snapshot);
  }

  taken(): string[] {
    return this.log.splice(0);
  }
}

function mqtt(topic: string, payload: unknown): Input {
  const bytes = new TextEncoder().encode(typeof payload === "string" ? payload : JSON.stringify(payload));
  return { kind: "mqtt", connection: "default", topic, payload: bytes, retained: false };
}

function logger(log: Log): AnyNodeType {
  return nodeType("log", (given: { label?: string }) => ({
    onMessage: (message: Message, _port, ctx) => {
      log.push(
        `${given.label ?? ""}${message.key}:${JSON.stringify(message.payload)}@${message.time - base}`,
      );
      ctx.emit("out", message);
    },
  }));
}

describe("messages", () => {
  it("run depth-first through the flow, in the order of the wires", () => {
    const rig = new Rig((log) => [source("src", arrival), logger(log)]);
    rig.deploy(
      [
        ["s", "src"],
        ["a", "log", { label: "a " }],
        ["b", "log", { label: "b " }],
        ["c", "log", { label: "c " }],
      ],
      ["s.out -> a.in", "s.out -> c.in", "a.out -> b.in"],
    );
    rig.step([mqtt("in/x", 1), mqtt("in/y", 2)]);
    expect(rig.taken()).toEqual(["a x:1@0", "b x:1@0", "c x:1@0", "a y:2@0", "b y:2@0", "c y:2@0"]);
  });

  it("carry the key and params of the topic's named levels", () => {
    const seen: Message[] = [];
    const rig = new Rig(() => [
      source("src", arrival, "site/{floor}/{room}/+"),
      nodeType("see", () => ({ onMessage: (m) => void seen.push(m) })),
    ]);
    rig.deploy(
      [
        ["s", "src"],
        ["e", "see"],
      ],
      ["s.out -> e.in"],
    );
    rig.send({ v: 1 }, "site/3/room-4/t");
    expect(seen[0]).toMatchObject({
      key: "3",
      params: { floor: "3", room: "room-4" },
      topic: "site/3/room-4/t",
      id: "1",
    });
  });

  it("that are retained reach only subscriptions that want them", () => {
    const deaf: AnyNodeType = { ...source("deaf", arrival) };
    const subscriptions = deaf.subscriptions!;
    const rig = new Rig((log) => [
      source("src", arrival),
      {
        ...deaf,
        subscriptions: (given) => subscriptions(given).map((each) => ({ ...each, retained: false })),
      },
      logger(log),
    ]);
    rig.deploy(
      [
        ["s", "src"],
        ["d", "deaf"],
        ["l", "log", { label: "wants " }],
        ["m", "log", { label: "deaf " }],
      ],
      ["s.out -> l.in", "d.out -> m.in"],
    );
    rig.step([{ ...mqtt("in/a", 1), retained: true } as Input]);
    expect(rig.taken()).toEqual(["wants a:1@0"]);
  });

  it("are counted when no flow listens", () => {
    const rig = new Rig(() => [source("src", arrival)]);
    rig.deploy([["s", "src"]], []);
    rig.send(1, "elsewhere");
    expect(rig.engine.unrouted).toBe(1);
  });
});

describe("keyed state", () => {
  const counter = (log: Log) =>
    nodeType(
      "count",
      () => ({
        onMessage: (message: Message, _port, ctx: { key: string; state: number | undefined }) => {
          ctx.state = (ctx.state ?? 0) + 1;
          log.push(`${ctx.key}=${ctx.state} ${message.key}`);
        },
      }),
      {
        keyed: true,
        config: config({
          per: field.choice({ title: "Per", labels: { key: "", all: "", value: "" }, default: "key" }),
          perValue: field.optional(field.expression({ title: "v", visibleIf: { per: ["value"] } })),
        }),
      },
    );

  it("is kept per key, all together, or per value of an expression", () => {
    const rig = new Rig((log) => [source("src", arrival), counter(log)]);
    rig.deploy(
      [
        ["s", "src"],
        ["k", "count"],
        ["all", "count", { per: "all" }],
        ["v", "count", { per: "value", perValue: "payload.kind" }],
      ],
      ["s.out -> k.in", "s.out -> all.in", "s.out -> v.in"],
    );
    rig.send({ kind: "x" }, "in/a");
    rig.send({ kind: "x" }, "in/b");
    expect(rig.taken()).toEqual(["a=1 a", "=1 a", "x=1 a", "b=1 b", "=2 b", "x=2 b"]);
  });

  it("survives a snapshot through JSON, and a redeploy under the same id", () => {
    const rig = new Rig((log) => [
      source("src", arrival),
      counter(log),
      nodeType("other", () => ({ onMessage: () => undefined })),
    ]);
    const wires = ["s.out -> k.in"];
    rig.deploy(
      [
        ["s", "src"],
        ["k", "count"],
      ],
      wires,
    );
    rig.send(1);
    rig.restart();
    expect(
      rig.deploy(
        [
          ["s", "src"],
          ["k", "count"],
        ],
        wires,
      ),
    ).toEqual({ kept: ["k"], reset: [] });
    rig.send(1);
    expect(
      rig.deploy(
        [
          ["s", "src"],
          ["k", "count"],
        ],
        wires,
      ),
    ).toEqual({ kept: ["k"], reset: [] });
    rig.send(1);
    expect(rig.taken()).toEqual(["a=1 a", "a=2 a", "a=3 a"]);
    expect(
      rig.deploy(
        [
          ["s", "src"],
          ["k", "other"],
        ],
        wires,
      ),
    ).toEqual({ kept: [], reset: ["k"] });
    expect(rig.engine.snapshot(true)).toContainEqual({ address: ["flow", "k", "a"], value: null });
  });

  it("changed since the last snapshot is all that a dirty snapshot holds", () => {
    const rig = new Rig((log) => [source("src", arrival), counter(log)]);
    rig.deploy(
      [
        ["s", "src"],
        ["k", "count"],
      ],
      ["s.out -> k.in"],
    );
    rig.send(1, "in/a");
    rig.send(1, "in/b");
    rig.engine.snapshot(true);
    rig.send(1, "in/b");
    const keys = rig.engine.snapshot(true).filter(({ address }) => address.length === 3);
    expect(keys).toEqual([{ address: ["flow", "k", "b"], value: { state: 2 } }]);
    expect(rig.engine.snapshot(true).filter(({ address }) => address.length === 3)).toEqual([]);
  });

  it("is forgotten with its flow", () => {
    const rig = new Rig((log) => [source("src", arrival), counter(log)]);
    rig.deploy(
      [
        ["s", "src"],
        ["k", "count"],
      ],
      ["s.out -> k.in"],
    );
    rig.send(1);
    rig.engine.remove("flow");
    expect(rig.engine.snapshot(true)).toContainEqual({ address: ["flow", "k", "a"], value: null });
    rig.deploy(
      [
        ["s", "src"],
        ["k", "count"],
      ],
      ["s.out -> k.in"],
    );
    rig.send(1);
    expect(rig.taken()).toEqual(["a=1 a", "a=1 a"]);
  });
});

describe("event time", () => {
  /** Emits a mark `after` ms of event time later, once per key. */
  const later = nodeType("later", (given: { label?: string }) => ({
    onMessage: (message: Message, _port, ctx) => {
      ctx.state = message as never;
      ctx.setTimer("mark", message.time + Number(given.label), "event");
    },
    onTimer: (timer, ctx) => ctx.emit("out", derive(ctx.state as unknown as Message, "mark", timer.at)),
  }));

  it("timers fire before a later message is delivered, in order of time across nodes", () => {
    const rig = new Rig((log) => [source("src", timed), later, logger(log)]);
    rig.deploy(
      [
        ["s", "src"],
        ["m", "log", { label: "msg " }],
        ["slow", "later", { label: "500" }],
        ["fast", "later", { label: "200" }],
        ["l", "log"],
      ],
      ["s.out -> m.in", "s.out -> slow.in", "s.out -> fast.in", "slow.out -> l.in", "fast.out -> l.in"],
    );
    rig.send({ t: base + 1000 });
    rig.send({ t: base + 9000 });
    const marks = rig.taken().map((line) => line.replace(/\{.*\}/, "{}"));
    expect(marks).toEqual(["msg a:{}@1000", 'a:"mark"@1200', 'a:"mark"@1500', "msg a:{}@9000"]);
  });

  it("a chain of timers gives the same results however far the clock jumps", () => {
    const run = (jumps: number[]) => {
      const rig = new Rig((log) => [source("src", timed), later, logger(log)]);
      rig.deploy(
        [
          ["s", "src"],
          ["one", "later", { label: "100" }],
          ["two", "later", { label: "100" }],
          ["l", "log"],
        ],
        ["s.out -> one.in", "one.out -> two.in", "two.out -> l.in"],
      );
      rig.send({ t: base });
      for (const jump of jumps) rig.send({ t: base + jump }, "in/other");
      return rig.taken().filter((line) => line.startsWith("a:"));
    };
    expect(run([10_000])).toEqual(['a:"mark"@200']);
    expect(run([10_000])).toEqual(run([50, 101, 150, 201, 300, 10_000]));
  });

  it("follows the wall clock when a source falls silent, at the pace of the source's own time", () => {
    const rig = new Rig((log) => [source("src", timed), later, logger(log)]);
    rig.deploy(
      [
        ["s", "src"],
        ["x", "later", { label: "90000" }],
        ["l", "log"],
      ],
      ["s.out -> x.in", "x.out -> l.in"],
    );
    // The device's clock is an hour behind.
    rig.send({ t: base - 3_600_000 });
    rig.now = base + 80_000;
    rig.step();
    expect(rig.taken()).toEqual([]);
    rig.now = base + 90_001;
    rig.step();
    expect(rig.taken()).toEqual([`a:"mark"@${-3_600_000 + 90_000}`]);
  });

  it("holds when the source says so", () => {
    const hold = { ...timed, whenIdle: "hold" };
    const rig = new Rig((log) => [source("src", hold), later, logger(log)]);
    rig.deploy(
      [
        ["s", "src"],
        ["x", "later", { label: "90000" }],
        ["l", "log"],
      ],
      ["s.out -> x.in", "x.out -> l.in"],
    );
    rig.send({ t: base });
    rig.now = base + 3_600_000;
    rig.step();
    expect(rig.taken()).toEqual([]);
  });

  it("is the minimum over the sources that feed a node; one that never spoke does not block for ever", () => {
    const rig = new Rig((log) => [
      source("one", timed, "in/+"),
      source("two", timed, "two/+"),
      later,
      logger(log),
    ]);
    rig.deploy(
      [
        ["a", "one"],
        ["b", "two"],
        ["x", "later", { label: "100" }],
        ["l", "log"],
      ],
      ["a.out -> x.in", "b.out -> x.in", "x.out -> l.in"],
    );
    rig.send({ t: base });
    rig.send({ t: base + 5000 }, "two/q");
    expect(rig.taken()).toEqual([]);
    rig.send({ t: base + 4000 }, "in/other");
    expect(rig.taken()).toEqual(['in/a:"mark"@100']);
  });

  it("stands just before a firing timer for every other node, so that what it emits is not late downstream", () => {
    const seen: number[] = [];
    const watch = nodeType("watch", () => ({
      onMessage: (message: Message, _port, ctx) => void seen.push(message.time - ctx.watermark),
    }));
    const rig = new Rig(() => [source("src", timed), later, watch]);
    rig.deploy(
      [
        ["s", "src"],
        ["x", "later", { label: "100" }],
        ["w", "watch"],
      ],
      ["s.out -> x.in", "x.out -> w.in"],
    );
    rig.send({ t: base });
    rig.send({ t: base + 3_600_000 });
    expect(seen).toEqual([1]);
  });

  it("never goes back, whatever time a message brings", () => {
    const rig = new Rig((log) => [source("src", timed), later, logger(log)]);
    rig.deploy(
      [
        ["s", "src"],
        ["x", "later", { label: "70000" }],
        ["l", "log"],
      ],
      ["s.out -> x.in", "x.out -> l.in"],
    );
    rig.send({ t: base });
    rig.send({ t: base - 50_000 }, "in/old");
    rig.now = base + 69_000;
    rig.step();
    rig.now = base + 70_001;
    rig.step();
    // Counted from the newest time, not from the straggler's.
    expect(rig.taken()).toEqual(['old:"mark"@20000', 'a:"mark"@70000']);
  });

  it("a watermark and its timers survive a restart", () => {
    const rig = new Rig((log) => [source("src", timed), later, logger(log)]);
    const deploy = () =>
      rig.deploy(
        [
          ["s", "src"],
          ["x", "later", { label: "100" }],
          ["l", "log"],
        ],
        ["s.out -> x.in", "x.out -> l.in"],
      );
    deploy();
    rig.send({ t: base + 1000 });
    rig.restart();
    deploy();
    rig.step();
    rig.send({ t: base + 2000 }, "in/b");
    expect(rig.taken()).toEqual(['a:"mark"@1100']);
  });
});

describe("processing time", () => {
  const ticker = nodeType(
    "tick",
    (given: { label?: string }) => ({
      onStart: (ctx) => ctx.setTimer("tick", ctx.now + Number(given.label), "processing"),
      onMessage: () => undefined,
      onTimer: (timer, ctx) => {
        ctx.emit("out", { topic: "", payload: "tick", key: "", time: timer.at, params: {}, id: ctx.id });
        ctx.setTimer("tick", timer.at + Number(given.label), "processing");
      },
    }),
    { inputs: [] },
  );

  it("timers fire when due, overdue ones at once with their due time", () => {
    const rig = new Rig((log) => [ticker, logger(log)]);
    rig.deploy(
      [
        ["t", "tick", { label: "1000" }],
        ["l", "log"],
      ],
      ["t.out -> l.in"],
    );
    rig.step();
    expect(rig.engine.nextTimerAt()).toBe(base + 1000);
    rig.now = base + 999;
    rig.step();
    expect(rig.taken()).toEqual([]);
    rig.now = base + 2500;
    rig.step();
    expect(rig.taken()).toEqual([':"tick"@1000', ':"tick"@2000']);
  });

  it("a name is one timer: set on the other clock, it moves there", () => {
    const mover = nodeType(
      "mover",
      () => ({
        onStart: (ctx) => {
          ctx.setTimer("t", ctx.now + 10, "event");
          ctx.setTimer("t", ctx.now + 20, "processing");
        },
        onMessage: () => undefined,
        onTimer: (timer, ctx) =>
          ctx.emit("out", {
            topic: "",
            payload: timer.clock,
            key: "",
            time: timer.at,
            params: {},
            id: ctx.id,
          }),
      }),
      { inputs: [] },
    );
    const rig = new Rig((log) => [mover, logger(log)]);
    rig.deploy(
      [
        ["m", "mover"],
        ["l", "log"],
      ],
      ["m.out -> l.in"],
    );
    rig.step();
    rig.now = base + 100;
    rig.step();
    expect(rig.taken()).toEqual([':"processing"@20']);
  });

  it("a node starts once: not again after a restart or redeploy that keeps its state", () => {
    const rig = new Rig((log) => [ticker, logger(log)]);
    const deploy = () =>
      rig.deploy(
        [
          ["t", "tick", { label: "1000" }],
          ["l", "log"],
        ],
        ["t.out -> l.in"],
      );
    deploy();
    rig.step();
    rig.now = base + 700;
    rig.restart();
    deploy();
    rig.step();
    rig.now = base + 1000;
    rig.step();
    expect(rig.taken()).toEqual([':"tick"@1000']);
  });
});

describe("errors", () => {
  const failing = nodeType("fail", () => ({
    onMessage: (message, _port, ctx) => ctx.fail("BAD", "it is bad", message),
  }));

  it("go to the error port when it is wired, else to the dead letters", () => {
    const rig = new Rig((log) => [source("src", arrival), failing, logger(log)]);
    rig.deploy(
      [
        ["s", "src"],
        ["f", "fail"],
      ],
      ["s.out -> f.in"],
    );
    expect(rig.send(7).deadLetters).toMatchObject([
      { flow: "flow", node: "f", code: "BAD", text: "it is bad", payload: 7, key: "a" },
    ]);
    rig.deploy([], ["s.out -> f.in", "f.error -> l.in"], {
      nodes: [
        { id: "s", type: "src", version: 1, config: {} },
        { id: "f", type: "fail", version: 1, config: {}, errorPort: true },
        { id: "l", type: "log", version: 1, config: {} },
      ],
    });
    expect(rig.send(7).deadLetters).toEqual([]);
    expect(rig.taken()).toEqual(['a:{"code":"BAD","message":"it is bad","input":7}@0']);
  });

  it.each([
    ["{oops", "PAYLOAD_NOT_JSON"],
    ["[".repeat(5000) + "]".repeat(5000), "PAYLOAD_TOO_DEEP"],
  ])("bad payloads are dead letters of the source that read them", (text, code) => {
    const rig = new Rig((log) => [source("src", arrival), logger(log)]);
    rig.deploy(
      [
        ["s", "src"],
        ["l", "log"],
      ],
      ["s.out -> l.in"],
    );
    const { deadLetters } = rig.send(text);
    expect(deadLetters).toMatchObject([{ node: "s", code, topic: "in/a" }]);
    rig.send({ fine: true });
    expect(rig.taken()).toEqual(['a:{"fine":true}@0']);
  });

  it("invalid UTF-8 and huge payloads are dead letters, shortened", () => {
    const rig = new Rig(() => [source("src", arrival)]);
    rig.deploy([["s", "src"]], []);
    const send = (payload: Uint8Array) =>
      rig.step([{ kind: "mqtt", connection: "default", topic: "in/a", payload, retained: false }])
        .deadLetters[0]!;
    expect(send(new Uint8Array([0xff, 0xfe])).code).toBe("PAYLOAD_NOT_TEXT");
    const huge = send(new Uint8Array(limits.payloadBytesMax + 1).fill(65));
    expect(huge.code).toBe("PAYLOAD_TOO_LARGE");
    expect((huge.payload as string).length).toBeLessThanOrEqual(limits.deadLetterTextMax);
  });

  it("a fault of ours stops that flow, says so, and leaves the others running", () => {
    const broken = nodeType("broken", () => ({
      onMessage: () => {
        throw new TypeError("cannot read x");
      },
    }));
    const rig = new Rig((log) => [source("src", arrival), broken, logger(log)]);
    rig.deploy(
      [
        ["s", "src"],
        ["b", "broken"],
      ],
      ["s.out -> b.in"],
    );
    const other = { ...emptyFlow("other", "Other"), wires: ["s.out -> l.in"] };
    const nodes = [
      ["s", "src"],
      ["l", "log"],
    ].map(([id, type]) => ({ id: id!, type: type!, version: 1, config: {} }));
    rig.deploy([], [], { ...other, nodes });
    expect(rig.send(1).deadLetters).toMatchObject([{ flow: "flow", node: "b", code: "FLOW_STOPPED" }]);
    expect(rig.engine.fault("flow")).toEqual({ node: "b", text: "cannot read x" });
    rig.send(2);
    expect(rig.taken()).toEqual(["a:1@0", "a:2@0"]);
    expect(rig.engine.telemetry("flow").s!.drops).toEqual({ "flow stopped": 1 });
  });

  it("an input that multiplies without end is given up; the flow goes on", () => {
    const rig = new Rig((log) => [source("src", arrival), logger(log)]);
    const width = 20;
    const nodes: [string, string][] = [["s", "src"]];
    const wires: string[] = [];
    for (let row = 0; row < width; row++) {
      nodes.push([`a${row}`, "log"], [`b${row}`, "log"]);
      const from = row === 0 ? ["s"] : [`a${row - 1}`, `b${row - 1}`];
      for (const each of from) wires.push(`${each}.out -> a${row}.in`, `${each}.out -> b${row}.in`);
    }
    rig.deploy(nodes, wires);
    expect(rig.send(1).deadLetters).toMatchObject([{ code: "TOO_MANY_MESSAGES" }]);
    expect(rig.engine.fault("flow")).toBeUndefined();
  });
});

describe("determinism", () => {
  it("effects have ids that the same inputs give again", () => {
    const publish = nodeType("pub", () => ({
      onMessage: ({ topic }, _port, ctx) =>
        ctx.effect({
          kind: "publish",
          connection: "default",
          topic: `out/${topic}`,
          payload: "x",
          encoding: "utf8",
          qos: 0,
          retain: false,
        }),
    }));
    const run = () => {
      const rig = new Rig(() => [source("src", arrival), publish]);
      rig.deploy(
        [
          ["s", "src"],
          ["p", "pub"],
          ["q", "pub"],
        ],
        ["s.out -> p.in", "s.out -> q.in"],
      );
      return [...rig.send(1).effects, ...rig.step([mqtt("in/b", 2), mqtt("in/c", 3)]).effects].map(
        ({ id, node }) => `${id} ${node}`,
      );
    };
    expect(run()).toEqual(["1.0 p", "1.1 q", "3.0 p", "3.1 q", "4.0 p", "4.1 q"]);
    expect(run()).toEqual(run());
  });
});
