import { describe, expect, it } from "vitest";
import { suggestionsAt } from "../../../editor/expression/completion.ts";
import { type Trial, tryExpression } from "../../../editor/expression/trial.ts";
import type { TrySample } from "../../../editor/expression/trySample.ts";
import { trySamples } from "../../../editor/expression/trySamples.ts";
import type { NodeSamples } from "../../../editor/live/nodeSamples.ts";
import deviceCommand from "../../../nodes/device-command.ts";
import mqttIn from "../../../nodes/mqtt-in.ts";
import { expressionLimits } from "../../../runtime/core/expression/limits.ts";
import { hintsOf } from "../../../runtime/core/schema.ts";
import type { SampleLive } from "../../../runtime/protocol/live.ts";

const sample = (payload: unknown, at: number): SampleLive => ({
  topic: "t",
  key: "hall",
  time: at,
  at,
  id: String(at),
  params: {},
  payload,
});
const report = sample({ setpoint: 21 }, 9);
const command = sample({ wish: 18 }, 5);
const doneWhen = hintsOf(deviceCommand.config.properties.confirmed)?.sample;
const config = { payload: '{ "setpoint": payload.wish }' };
const samples: NodeSamples = { ports: { in: command, state: report }, fed: undefined, preview: false };

function tried(source: string, on: TrySample | undefined): Trial {
  return tryExpression({ source, sample: on, now: 0 }, expressionLimits);
}

describe("the message a field is tried on", () => {
  it("is of the port the field looks at, with what stands beside it", () => {
    const found = trySamples(deviceCommand, config, samples)(doneWhen);
    expect(found).toMatchObject({ payload: { setpoint: 21 }, siblings: { wanted: { sample: command } } });
    const trial = tried("payload.setpoint = wanted.setpoint", found);
    const beside = { wanted: { setpoint: 18 } };
    expect(trial).toEqual({ outcome: "result", text: "false", value: false, beside });
    const known = { ...found!, beside };
    expect(suggestionsAt("wanted.", 7, known)?.options).toMatchObject([{ label: "setpoint" }]);
    expect(suggestionsAt("", 0, known)?.options.map((each) => each.label)).toContain("wanted");
  });

  it("goes without a name that nothing is known of yet, and says so", () => {
    const found = trySamples(deviceCommand, config, { ...samples, ports: { state: report } })(doneWhen);
    expect(tried("payload.setpoint = wanted.setpoint", found)).toMatchObject({
      hint: "Tried without “wanted”, which no message has.",
    });
  });

  it("takes what feeds the node for commands, and never for reports", () => {
    const fed = { ports: {}, fed: command, preview: true };
    const find = trySamples(deviceCommand, config, fed);
    expect(find(undefined)).toMatchObject({ payload: { wish: 18 }, preview: true });
    expect(find(doneWhen)).toBeUndefined();
  });

  it("is of an input port unless the field says otherwise; sources have but their subscriptions", () => {
    expect(trySamples(deviceCommand, config, samples)(undefined)?.payload).toEqual({ wish: 18 });
    const source = { ports: { messages: report }, fed: undefined, preview: false };
    expect(trySamples(mqttIn, {}, source)(undefined)?.payload).toEqual({ setpoint: 21 });
  });

  it("of a source is as it arrived: its expressions are what makes time and key", () => {
    const read = { ...sample({ t: 1 }, 3), at: 99, params: { room: "hall-2" } };
    const found = trySamples(
      mqttIn,
      {},
      { ports: { messages: read }, fed: undefined, preview: false },
    )(undefined);
    expect(found).toMatchObject({ time: 99, key: "hall-2", payload: { t: 1 } });
  });

  it("of a deployed node is its own; in a preview a newer one of its neighbours counts", () => {
    const newer = { ...samples, fed: sample({ wish: 30 }, 20) };
    expect(trySamples(deviceCommand, config, newer)(undefined)?.payload).toEqual({ wish: 18 });
    const preview = { ...newer, preview: true };
    expect(trySamples(deviceCommand, config, preview)(undefined)?.payload).toEqual({ wish: 30 });
  });
});
