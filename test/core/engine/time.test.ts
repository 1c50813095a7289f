/** Event time, processing time and timers of the engine. */
import { describe, expect, it } from "vitest";
import { derive, type Message } from "../../../runtime/core/api.ts";
import { base, logger, nodeType, Rig, source, timed } from "./rig.ts";

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
