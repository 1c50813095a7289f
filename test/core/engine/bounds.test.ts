/** Bounds of what a node keeps: refused beyond, and warned of before. */
import { afterEach, describe, expect, it } from "vitest";
import { type Message, perKeyFields } from "../../../runtime/core/api.ts";
import { limits } from "../../../runtime/core/limits.ts";
import { config } from "../../../runtime/core/schema.ts";
import { arrival, type Log, logger, nodeType, Rig, source } from "./rig.ts";

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
