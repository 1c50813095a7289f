/** Dead letters that their nodes are given again. */
import { expect, test } from "vitest";
import { fromBase64, toBase64 } from "../../../runtime/core/base64.ts";
import type { ReplayInput } from "../../../runtime/core/engine/input.ts";
import type { DeadLetter } from "../../../runtime/core/engine/output.ts";
import { limits } from "../../../runtime/core/limits.ts";
import { arrival, base, logger, nodeType, Rig, source } from "./rig.ts";

function replayOf({ id, flow, node, port, raw, topic, key, time, params, payload }: DeadLetter): ReplayInput {
  const message = { topic, key, time, params, payload };
  return { kind: "replay", letter: id, flow, node, port: port!, message, ...(raw ? { raw } : {}) };
}

/** Fails what is below its bound, passes on the rest. */
const strict = nodeType("strict", ({ label }: { label?: string }) => ({
  onMessage: (message, _port, ctx) => {
    if ((message.payload as number) < Number(label)) ctx.fail("VALUE_NOT_A_NUMBER", "too low", message);
    else ctx.emit("out", message);
  },
}));

function strictRig(bound: string): Rig {
  const rig = new Rig((log) => [source("src", arrival), strict, logger(log)]);
  deployStrict(rig, bound);
  return rig;
}

function deployStrict(rig: Rig, label: string): void {
  rig.deploy(
    [
      ["s", "src"],
      ["f", "strict", { label }],
      ["l", "log"],
    ],
    ["s.out -> f.in", "f.out -> l.in"],
  );
}

test("a letter is the message as its node got it, and replayed it comes there again at its own event time", () => {
  const rig = strictRig("10");
  const [letter] = rig.send(7).deadLetters;
  expect(letter).toMatchObject({ node: "f", port: "in", payload: 7, key: "a", time: base });
  expect(letter).not.toHaveProperty("raw");
  deployStrict(rig, "5");
  rig.now += 1_000;
  const { replayed, deadLetters } = rig.step([replayOf(letter!)]);
  expect([replayed, deadLetters]).toEqual([[letter!.id], []]);
  expect(rig.taken()).toEqual(["a:7@0"]);
  expect(rig.engine.telemetry("flow").f!.inputs.in).toMatchObject({ count: 1 });
});

test("what fails again is another letter", () => {
  const rig = strictRig("10");
  const [letter] = rig.send(7).deadLetters;
  const { replayed, deadLetters } = rig.step([replayOf(letter!)]);
  expect(replayed).toEqual([letter!.id]);
  expect(deadLetters).toMatchObject([{ node: "f", payload: 7, key: "a" }]);
  expect(deadLetters[0]!.id).not.toBe(letter!.id);
});

test("bytes that could not be read are kept as they came, and read again by what the node expects now", () => {
  const types = (format: string) =>
    nodeType("src", () => ({ onMessage: (message, _port, ctx) => ctx.emit("out", message) }), {
      inputs: [],
      subscriptions: ({ label = format }: { label?: string }) => [
        {
          port: "mqtt",
          connection: "default",
          topic: label === "moved" ? "elsewhere" : "in/{device}",
          qos: 0,
          format: label as "json",
          time: arrival as never,
          retained: true,
        },
      ],
    } as never);
  const rig = new Rig((log) => [types("json"), logger(log)]);
  const deploy = (label: string) =>
    rig.deploy(
      [
        ["s", "src", { label }],
        ["l", "log"],
      ],
      ["s.out -> l.in"],
    );
  deploy("json");
  const [letter] = rig.send("{ä").deadLetters;
  expect(letter).toMatchObject({ node: "s", port: "mqtt", code: "PAYLOAD_NOT_JSON", key: "a" });
  expect(rig.step([replayOf(letter!)]).deadLetters).toMatchObject([
    { code: "PAYLOAD_NOT_JSON", raw: letter!.raw },
  ]);
  deploy("moved");
  expect(rig.engine.canReplay(replayOf(letter!))).toBe(false);
  expect(rig.step([replayOf(letter!)]).replayed).toEqual([]);
  deploy("text");
  expect(rig.step([replayOf(letter!)]).replayed).toEqual([letter!.id]);
  expect(rig.taken()).toEqual(['a:"{ä"@0']);
});

test("bytes beyond the bound are not kept, and the letter has no way back", () => {
  const rig = new Rig((log) => [source("src", arrival), logger(log)]);
  rig.deploy([["s", "src"]], []);
  const [fits, not] = [0, 1].map(
    (more) => rig.send("x".repeat(limits.deadLetterRawBytesMax + more)).deadLetters[0]!,
  );
  expect(fits).toMatchObject({ port: "mqtt" });
  expect(not).not.toHaveProperty("port");
  expect(not).not.toHaveProperty("raw");
});

test("a node that is gone, or lost the port, is given nothing: the letter is not done with", () => {
  const rig = strictRig("10");
  const [letter] = rig.send(7).deadLetters;
  const moved = { ...replayOf(letter!), port: "other" };
  expect(rig.engine.canReplay(moved)).toBe(false);
  expect(rig.step([moved, { ...replayOf(letter!), node: "gone" }]).replayed).toEqual([]);
  rig.engine.remove("flow");
  expect(rig.step([replayOf(letter!)])).toMatchObject({ replayed: [], deadLetters: [] });
});

test("a flow that stands apart is given its letters when it comes to them", () => {
  const rig = strictRig("10");
  const [letter] = rig.send(7).deadLetters;
  rig.engine.detach("flow");
  const inputs = [replayOf(letter!)];
  expect(rig.step(inputs).replayed).toEqual([]);
  const alone = rig.engine.step({ now: rig.now, position: rig.position, inputs }, "flow");
  expect(alone.replayed).toEqual([letter!.id]);
});

test("a timer that fails leaves a letter that cannot be replayed", () => {
  const late = nodeType("late", () => ({
    onMessage: (_message, _port, ctx) => ctx.setTimer("t", ctx.now + 10, "processing"),
    onTimer: (timer, ctx) =>
      ctx.fail("VALUE_NOT_A_NUMBER", "too late", {
        topic: "",
        payload: timer.name,
        key: "",
        time: timer.at,
        params: {},
        id: ctx.id,
      }),
  }));
  const rig = new Rig(() => [source("src", arrival), late]);
  rig.deploy(
    [
      ["s", "src"],
      ["n", "late"],
    ],
    ["s.out -> n.in"],
  );
  rig.send(1);
  rig.now += 20;
  const [letter] = rig.step().deadLetters;
  expect(letter).toMatchObject({ node: "n", text: "too late" });
  expect(letter).not.toHaveProperty("port");
});

test.each([[[]], [[0]], [[1, 2]], [[255, 254, 253]], [[0, 0, 0, 128]]])(
  "bytes %j survive base64",
  (bytes) => {
    const text = toBase64(new Uint8Array(bytes));
    expect(text).toBe(Buffer.from(bytes).toString("base64"));
    expect([...fromBase64(text)]).toEqual(bytes);
  },
);
