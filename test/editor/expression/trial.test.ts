import { describe, expect, it } from "vitest";
import { rootNames } from "../../../editor/expression/roots.ts";
import { type Trial, tryExpression } from "../../../editor/expression/trial.ts";
import type { TrySample } from "../../../editor/expression/trySample.ts";
import { expressionLimits } from "../../../runtime/core/expression/limits.ts";
import type { SampleLive } from "../../../runtime/protocol/live.ts";

const sample: SampleLive = {
  topic: "t",
  key: "room-2",
  time: 5,
  at: 7,
  id: "1",
  params: { room: "room-2" },
  payload: { temperature: 22.64, name: "desk" },
};

function tried(source: string, on: TrySample | undefined, now: number): Trial {
  return tryExpression({ source, sample: on, now }, expressionLimits);
}

describe("an expression tried on the newest message", () => {
  it("gives the runtime's result", () => {
    expect(tried("$round(payload.temperature, 1)", sample, 0)).toEqual({
      outcome: "result",
      text: "22.6",
      value: 22.6,
    });
    expect(tried("payload.name", sample, 0)).toMatchObject({ outcome: "result", text: '"desk"' });
    expect(tried("params.room & key", sample, 0)).toMatchObject({ text: '"room-2room-2"' });
  });

  it("says no result where a path leads nowhere", () => {
    expect(tried("payload.gone", sample, 0)).toEqual({
      outcome: "result",
      text: "no result",
      value: undefined,
    });
  });

  it("takes its clock from outside", () => {
    expect(tried("$millis()", sample, 42)).toMatchObject({ value: 42 });
  });

  it("keeps to the limits of the runtime", () => {
    const source = "$count([1..5000])";
    expect(tried(source, sample, 0)).toMatchObject({ outcome: "result", value: 5000 });
    const limits = { ...expressionLimits, stepsMax: 1000 };
    expect(tryExpression({ source, sample, now: 0 }, limits)).toMatchObject({
      outcome: "failed",
      text: expect.stringContaining("more than 1000 steps"),
    });
  });

  it("says where the data is not what the expression takes it for, and what to write", () => {
    expect(tried("payload.temprature > 20", sample, 0)).toMatchObject({
      outcome: "result",
      hint: "There is no temprature in this message. Did you mean temperature?",
      notes: [{ position: 18 }],
    });
    expect(tried("payload.name + 1", sample, 0)).toMatchObject({
      outcome: "failed",
      position: 14,
      hint: expect.stringContaining("payload.name is the text “desk”"),
    });
  });

  it("names the place of a mistake", () => {
    const trial = tried("payload.temperature +", sample, 0);
    expect(trial.outcome).toBe("mistake");
    expect(trial).toHaveProperty("position");
  });

  it("tells a mistake of the expression from one of the data", () => {
    expect(tried("payload.name + 1", sample, 0).outcome).toBe("failed");
  });

  it("points out a forgotten payload, and names that only exist while a node runs", () => {
    expect(tried("temperature > 26", sample, 0)).toMatchObject({
      hint: "Did you mean payload.temperature?",
    });
    expect(tried("payload.name = wanted.name", sample, 0)).toMatchObject({
      hint: expect.stringContaining("“wanted”"),
    });
    expect(tried("payload.temperature > 26 and key != topic", sample, 0)).not.toHaveProperty("hint");
  });

  it("compiles without a message, and says what it waits for", () => {
    expect(tried("payload.x", undefined, 0)).toMatchObject({
      outcome: "untried",
      text: "No message yet. The result appears here when one arrives.",
    });
    expect(tried("payload.(", undefined, 0).outcome).toBe("mistake");
    expect(tried("  ", undefined, 0)).toEqual({ outcome: "empty" });
  });

  it("does not pretend that a message too large to show has no payload", () => {
    const { payload: _, ...rest } = sample;
    expect(tried("payload", { ...rest, payloadBytes: 12_345 }, 0)).toMatchObject({
      outcome: "untried",
      text: expect.stringContaining("12.3 kB"),
    });
  });
});

describe("the names an expression takes from its input", () => {
  it.each([
    ["payload.temperature > 26 and key = 'a'", ["payload", "key"]],
    ["$round(payload.t, 1) + time", ["payload", "time"]],
    ["payload.rooms[level > 3].name", ["payload"]],
    ["payload.(a + b)", ["payload"]],
    ["payload^(>level){key: value}", ["payload"]],
    ['{ "a": payload.x, "b": [topic, key] }', ["payload", "topic", "key"]],
    ["(payload.a; key)", ["payload", "key"]],
    ["/* wanted */ `my name`.x", ["my name"]],
    ["$map(payload.list, function($v) { $v.a })", ["payload"]],
    ['topic in ["a", "b"]', ["topic"]],
    ["payload.a ? params.b : null", ["payload", "params"]],
    ["$contains(topic, /room-[12]/)", ["topic"]],
    ["payload.total / payload.count / 2", ["payload"]],
  ])("of %s are %j", (source, names) => expect(rootNames(source)).toEqual(names));
});
