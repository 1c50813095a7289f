/** The small nodes at the ends of a flow and between: what they do with what does not fit. */
import { describe, expect, it } from "vitest";
import filter from "../../nodes/filter.ts";
import mqttIn from "../../nodes/mqtt-in.ts";
import mqttOut from "../../nodes/mqtt-out.ts";
import transform from "../../nodes/transform.ts";
import { fillDefaults } from "../../runtime/core/plan/config.ts";
import { createHarness } from "../harness/operatorHarness.ts";

describe("mqtt in", () => {
  const subscription = (config: object) =>
    mqttIn.subscriptions!(fillDefaults(mqttIn.config, config) as never)[0];

  it("asks for its topic with arrival time unless told otherwise", () => {
    expect(subscription({ topic: "sensors/{device}/telemetry" })).toEqual({
      port: "messages",
      connection: "default",
      topic: "sensors/{device}/telemetry",
      qos: 1,
      format: "json",
      time: { from: "arrival" },
      retained: true,
    });
  });

  it("takes time and key from the message", () => {
    const config = {
      topic: "t",
      timeFrom: "expression",
      timeExpression: "payload.at",
      maxDelay: "2 min",
      key: "payload.id",
    };
    expect(subscription(config)).toMatchObject({
      key: "payload.id",
      time: {
        from: "expression",
        expression: "payload.at",
        maxDelayMs: 120_000,
        idleAfterMs: 60_000,
        whenIdle: "follow",
      },
    });
  });

  it("does not start without a place to read the time from", () => {
    expect(mqttIn.check!({ topic: "t", timeFrom: "expression" } as never).map((each) => each.field)).toEqual([
      "/timeExpression",
    ]);
  });
});

describe("mqtt out", () => {
  const publish = (config: object, payload: unknown, message: object = {}) => {
    const harness = createHarness(mqttOut, config);
    harness.send(payload, message);
    return {
      sent: harness.effects(),
      codes: harness.deadLetters().map((each) => each.code),
      drops: harness.drops(),
    };
  };

  it("prefers the named level over the key, also for a level called key", () => {
    const message = { key: "from-key", params: { key: "from-level", device: "d" } };
    expect(publish({ topic: "a/{key}/{device}" }, 1, message).sent[0]!.topic).toBe("a/from-level/d");
    expect(publish({ topic: "a/{key}" }, 1, { key: "from-key" }).sent[0]!.topic).toBe("a/from-key");
  });

  it.each([["a/b"], ["+"], ["#"], [""]])("refuses a level filled with “%s”", (key) => {
    const { sent, codes } = publish({ topic: "a/{key}" }, 1, { key });
    expect(sent).toEqual([]);
    expect(codes).toEqual(["TOPIC_NOT_FILLED"]);
  });

  it("refuses to publish below $ when a level leads there", () => {
    expect(publish({ topic: "{key}/x" }, 1, { key: "$SYS" }).codes).toEqual(["TOPIC_NOT_FILLED"]);
  });

  it.each([
    ["json", "on", '"on"'],
    ["json", { a: 1 }, '{"a":1}'],
    ["text", "on", "on"],
    ["text", 21.5, "21.5"],
    ["text", null, "null"],
    ["text", { a: 1 }, '{"a":1}'],
  ])("as %s sends %j as %s", (format, payload, text) => {
    expect(publish({ topic: "t", format }, payload).sent[0]!.payload).toBe(text);
  });

  it("sends nothing, and counts it, when the expression has no result", () => {
    const { sent, drops } = publish({ topic: "t", payload: "payload.x" }, {});
    expect(sent).toEqual([]);
    expect(drops).toEqual({ "no result": 1 });
  });
});

describe("transform", () => {
  it("counts messages without a result as dropped", () => {
    const harness = createHarness(transform, { expression: "payload.x" });
    harness.send({});
    harness.send({ x: null });
    expect(harness.outputs("out").map((each) => each.payload)).toEqual([null]);
    expect(harness.drops()).toEqual({ "no result": 1 });
  });

  it("refuses a key that is not text or a number", () => {
    const harness = createHarness(transform, { expression: "payload", key: "payload.id" });
    harness.send({ id: 7 });
    harness.send({ id: { a: 1 } });
    harness.send({});
    expect(harness.outputs("out").map((each) => each.key)).toEqual(["7"]);
    expect(harness.deadLetters().map((each) => each.code)).toEqual(["KEY_NOT_TEXT", "KEY_NOT_TEXT"]);
  });

  it("sends an expression that cannot be computed to the error port with its input", () => {
    const harness = createHarness(transform, { expression: "$uppercase(payload)" }, { errorPort: true });
    harness.send(5);
    expect(harness.outputs()).toMatchObject([{ port: "error", payload: { input: 5 } }]);
    expect(harness.deadLetters()).toEqual([]);
  });
});

describe("filter", () => {
  it("takes only true for true, and refuses what is neither", () => {
    const harness = createHarness(filter, { condition: "payload.ok" });
    for (const ok of [true, false, undefined, "yes", 0]) harness.send({ ok });
    expect(harness.outputs().map((each) => each.port)).toEqual(["out", "rest", "rest"]);
    expect(harness.deadLetters().map((each) => each.code)).toEqual([
      "CONDITION_NOT_BOOLEAN",
      "CONDITION_NOT_BOOLEAN",
    ]);
  });
});
