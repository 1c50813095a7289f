/** The engine through small node types of its own: order, keys, errors, redeploys, bounds. */
import { describe, expect, it } from "vitest";
import { type AnyNodeType, config, field, type Message } from "../../../runtime/core/api.ts";
import type { Input } from "../../../runtime/core/engine/input.ts";
import { emptyFlow } from "../../../runtime/core/flow/document.ts";
import { limits } from "../../../runtime/core/limits.ts";
import { arrival, type Log, logger, mqtt, nodeType, Rig, source, timed } from "./rig.ts";

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

  it("are read by expressions that see what those of nodes see: chance that each input has its own, and replay repeats", () => {
    const expression = "$toMillis($now()) + $floor($random() * 1000000)";
    const run = () => {
      const rig = new Rig((log) => [source("src", { ...timed, expression }), logger(log)]);
      rig.deploy(
        [
          ["s", "src"],
          ["a", "log"],
        ],
        ["s.out -> a.in"],
      );
      rig.step([mqtt("in/x", 1), mqtt("in/x", 1)]);
      return rig.taken();
    };
    const [first, second] = run();
    expect(first).not.toBe(second);
    expect(run()).toEqual([first, second]);
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

describe("errors", () => {
  const failing = nodeType("fail", () => ({
    onMessage: (message, _port, ctx) => ctx.fail("VALUE_NOT_A_NUMBER", "it is bad", message),
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
      { flow: "flow", node: "f", code: "VALUE_NOT_A_NUMBER", text: "it is bad", payload: 7, key: "a" },
    ]);
    rig.deploy([], ["s.out -> f.in", "f.error -> l.in"], {
      nodes: [
        { id: "s", type: "src", version: 1, config: {} },
        { id: "f", type: "fail", version: 1, config: {}, errorPort: true },
        { id: "l", type: "log", version: 1, config: {} },
      ],
    });
    expect(rig.send(7).deadLetters).toEqual([]);
    expect(rig.taken()).toEqual(['a:{"code":"VALUE_NOT_A_NUMBER","message":"it is bad","input":7}@0']);
  });

  it.each([
    ["{oops", "PAYLOAD_NOT_JSON"],
    ["[".repeat(5000) + "]".repeat(5000), "PAYLOAD_TOO_DEEP"],
    // Read as infinity, and null in every record of it.
    ['{"t":[1,-1e999]}', "PAYLOAD_NUMBER_TOO_LARGE"],
    ["9".repeat(400), "PAYLOAD_NUMBER_TOO_LARGE"],
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
    rig.send({ id: "1e999", large: 1e300 });
    expect(rig.taken()).toEqual(['a:{"id":"1e999","large":1e+300}@0']);
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
    expect(run()).toEqual([
      "flow/1.0 p",
      "flow/1.1 q",
      "flow/3.0 p",
      "flow/3.1 q",
      "flow/4.0 p",
      "flow/4.1 q",
    ]);
    expect(run()).toEqual(run());
  });
});
