import fc from "fast-check";
import { describe, expect, it } from "vitest";
import absence from "../../nodes/absence.ts";
import { nodeTypes } from "../../nodes/index.ts";
import { createCatalogue } from "../../runtime/core/catalogue.ts";
import { Engine } from "../../runtime/core/engine/engine.ts";
import { type FlowDocument, flowFormat } from "../../runtime/core/flow/document.ts";
import { compileFlow } from "../../runtime/core/plan/compile.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { testPlatform } from "../harness/platform.ts";
import { type Arrival, type Left, modelled, run, streamStart as start, streams } from "./orderedStream.ts";

const minute = 60_000;

describe("absence", () => {
  it("notices silence from time alone, also across a restart and a long absence of its own", () => {
    const harness = createHarness(absence, {}, { startAt: start });
    harness.send(1, { at: start, key: "a", topic: "t/a", params: { device: "a" } });
    harness.restart();
    harness.advanceTo(start + 300 * minute);
    expect(harness.outputs().map(({ message }) => message)).toMatchObject([
      {
        key: "a",
        topic: "t/a",
        params: { device: "a" },
        time: start + 10 * minute,
        payload: { state: "silent", since: start, heard: true },
      },
    ]);
    expect(harness.status()).toEqual({ level: "warning", text: "1 silent" });
    harness.send(2, { at: start + 301 * minute, key: "a" });
    expect(harness.outputs().map((each) => each.payload)).toEqual([
      { state: "back", since: start + 301 * minute, heard: true, silentMs: 301 * minute },
    ]);
    expect(harness.status()).toBeUndefined();
  });

  it("takes a message exactly at the end as a sign of life", () => {
    for (const config of [{}, { devices: ["key"] }]) {
      const harness = createHarness(absence, config, { startAt: start });
      if (!("devices" in config)) harness.send(1, { at: start });
      harness.send(1, { at: start + 10 * minute });
      harness.advanceTo(start + 20 * minute - 1);
      expect(harness.outputs()).toEqual([]);
      harness.advanceTo(start + 20 * minute);
      expect(harness.outputs().map((each) => each.port)).toEqual(["silent"]);
    }
  });

  it("notices devices that never send although no source has ever spoken", () => {
    const harness = createHarness(absence, { devices: ["a", "b"] }, { startAt: start, maxDelayMs: minute });
    harness.send(1, { at: start + minute, key: "a" });
    harness.restart();
    harness.advanceTo(start + 10 * minute + 1);
    const never = { state: "silent", since: start, heard: false };
    expect(harness.outputs().map(({ key, time, payload }) => [key, time, payload])).toEqual([
      ["b", start + 10 * minute, never],
    ]);
    harness.send(1, { at: start + 15 * minute, key: "b" });
    harness.watermark(start + 16 * minute);
    expect(
      harness
        .outputs()
        .filter(({ key }) => key === "b")
        .map((each) => each.payload),
    ).toEqual([{ state: "back", since: start + 15 * minute, heard: false, silentMs: 15 * minute }]);
  });

  it("watches a stream as a whole from the start", () => {
    const harness = createHarness(absence, { per: "all" }, { startAt: start });
    harness.advanceTo(start + 20 * minute);
    expect(harness.outputs().map(({ key, payload }) => [key, payload])).toEqual([
      ["", { state: "silent", since: start, heard: false }],
    ]);
  });

  it("begins to expect a device that is added to the list, and keeps what it knows of the others", () => {
    const flow = (devices: string[]) => {
      const nodes = [
        { id: "gone", type: "absence", version: 1, config: { devices } },
        { id: "show", type: "debug", version: 1, config: {} },
      ];
      const wires = ["gone.silent -> show.in"];
      const document: FlowDocument = {
        format: flowFormat,
        id: "f",
        name: "f",
        nodes,
        wires,
        layout: {},
        tests: [],
      };
      return compileFlow(document, createCatalogue(nodeTypes), testPlatform).plan!;
    };
    const engine = new Engine(testPlatform);
    const silentAt = (now: number) =>
      engine
        .step({ now, position: now, inputs: [] })
        .debug.map(({ message }) => [message.key, message.time - start]);
    engine.deploy(flow(["a"]), start);
    expect(silentAt(start)).toEqual([]);
    engine.deploy(flow(["a", "b"]), start + 5 * minute);
    expect(silentAt(start + 5 * minute)).toEqual([]);
    expect(silentAt(start + 60 * minute)).toEqual([
      ["a", 10 * minute],
      ["b", 15 * minute],
    ]);
  });

  it.each([
    [{ after: "0 s" }, "/after"],
    [{ devices: ["a", "a"] }, "/devices/1"],
    [{ devices: [""] }, "/devices/0"],
    [{ per: "all", devices: ["a"] }, "/devices"],
  ])("refuses %j at its field", (config, field) => {
    expect(absence.check!(config as never).map((each) => each.field)).toEqual([field]);
  });
});

function model(messages: readonly Arrival<number>[], afterMs: number): Left[] {
  return messages.flatMap(({ at }, index): Left[] => {
    const next = messages[index + 1];
    if (next && next.at - at <= afterMs) return [];
    const silent: Left = ["silent", at + afterMs, { state: "silent", since: start + at, heard: true }];
    if (!next) return [silent];
    const payload = { state: "back", since: start + next.at, heard: true, silentMs: next.at - at };
    return [silent, ["back", next.at, payload]];
  });
}

describe("absence beside a naive model", () => {
  it("agrees on streams out of order within the delay, silent and restarted anywhere", () => {
    fc.assert(
      fc.property(streams(fc.nat(9)), fc.constantFrom(4, 10), (stream, after) => {
        const expected = modelled(stream, (messages) => model(messages, after * 1_000));
        expect(run(absence, { after: `${after} s` }, stream)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});
