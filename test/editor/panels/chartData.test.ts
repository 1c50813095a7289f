import { describe, expect, it } from "vitest";
import { chartSubject, keysOf, levelsNear, pointsOf } from "../../../editor/panels/chartData.ts";
import { nodeTypes } from "../../../nodes/index.ts";
import type { SampleLive } from "../../../runtime/protocol/live.ts";

const threshold = nodeTypes.find((each) => each.type === "threshold")!;

function sample(at: number, key: string, payload: unknown): SampleLive {
  return { topic: "t", key, time: at, at, params: {}, id: `${at}`, payload };
}

describe("what a chart shows", () => {
  it("is the number a threshold looks at, with the levels that are in force", () => {
    const config = { value: "payload.t", when: "above", setPoint: 26, clearPoint: 25, low: 3 };
    expect(chartSubject(threshold.config, config)).toEqual({
      source: "payload.t",
      levels: [
        { title: "Set point", value: 26 },
        { title: "Clear at", value: 25 },
      ],
    });
  });

  it("leaves out a level that is still being typed", () => {
    expect(chartSubject(threshold.config, { setPoint: "2x" })?.levels).toEqual([]);
  });

  it("is nothing for a node that looks at no number", () => {
    const debug = nodeTypes.find((each) => each.type === "debug")!;
    expect(chartSubject(debug.config, {})).toBeUndefined();
  });

  it("is one device's numbers; messages without one leave a gap", () => {
    const samples = [
      sample(1, "b", { t: 1 }),
      sample(2, "a", { t: 2 }),
      sample(3, "b", { t: "n/a" }),
      sample(4, "b", { t: 4 }),
    ];
    expect(keysOf(samples)).toEqual(["a", "b"]);
    expect(pointsOf(samples, "b", "payload.t")).toEqual([
      { at: 1, value: 1 },
      { at: 4, value: 4 },
    ]);
    expect(pointsOf(samples, "b", "payload.t + 1").map((point) => point.value)).toEqual([2, 5]);
    expect(pointsOf(samples, "b", "payload.(")).toEqual([]);
  });

  it("draws levels near the values only", () => {
    const points = [
      { at: 1, value: 22 },
      { at: 2, value: 23 },
    ];
    const levels = [26, 25, 0.5].map((value) => ({ title: String(value), value }));
    expect(levelsNear(levels, points).map((level) => level.value)).toEqual([26, 25]);
  });
});
