import fc from "fast-check";
import { describe, expect, it } from "vitest";
import merge from "../../nodes/merge.ts";
import { inputsOf } from "../../runtime/core/api.ts";
import { createCatalogue } from "../../runtime/core/catalogue.ts";
import { flowFormat } from "../../runtime/core/flow/document.ts";
import { compileFlow } from "../../runtime/core/plan/compile.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { testPlatform } from "../harness/platform.ts";
import { type Stream, streamStart as start, streams } from "./orderedStream.ts";

const inputs = ["supply", "return"];

describe("merge", () => {
  it("names the input in a level, and leaves everything else as it is", () => {
    const harness = createHarness(merge, { inputs, level: "from" }, { startAt: start });
    harness.send(null, { port: "return", topic: "t", key: "k", params: { room: "hall" } });
    expect(harness.outputs()[0]!.message).toMatchObject({
      payload: null,
      topic: "t",
      key: "k",
      time: start,
      params: { room: "hall", from: "return" },
    });
  });

  it("waits for the slowest source, also over a restart", () => {
    const harness = createHarness(merge, { inputs }, { startAt: start, maxDelayMs: 5_000 });
    harness.send(1, { port: "supply", key: "a", at: start + 4_000 });
    harness.send(2, { port: "return", key: "b", at: start + 2_000 });
    expect(harness.outputs()).toEqual([]);
    harness.restart();
    expect(harness.status()).toEqual({ level: "ok", text: "2 waiting" });
    harness.watermark(start + 3_999);
    expect(harness.outputs().map(({ payload, key }) => [payload, key])).toEqual([
      [2, "b"],
      [1, "a"],
    ]);
    expect(harness.status()).toBeUndefined();
  });

  it.each([
    { per: "all", port: "late" },
    { per: "key", port: "out" },
  ])("sorts $per: an older message of another device leaves by $port", ({ per, port }) => {
    const harness = createHarness(merge, { inputs, per }, { startAt: start });
    harness.send(1, { port: "supply", key: "a", at: start + 4_000 });
    harness.send(2, { port: "return", key: "b", at: start + 2_000 });
    expect(harness.outputs().map((each) => each.port)).toEqual(["out", port]);
  });

  it("lets everything through at once when told so, however old", () => {
    const harness = createHarness(merge, { inputs, order: "arrival" }, { startAt: start, maxDelayMs: 9_000 });
    for (const at of [5, 9, 1]) harness.send(at, { port: "supply", at: start + at * 1_000 });
    expect(harness.outputs().map(({ port, payload }) => [port, payload])).toEqual([
      ["out", 5],
      ["out", 9],
      ["out", 1],
    ]);
    expect(harness.drops()).toEqual({});
  });

  it("has as many inputs as it has names, and refuses the same name twice", () => {
    const ports = (names: unknown) => inputsOf(merge, { inputs: names });
    expect(ports(["supply", "Büro 2", "", "supply"])).toEqual([
      { name: "supply", title: "supply" },
      { name: "B-ro-2", title: "Büro 2" },
      { name: "in3", title: "input 3" },
      { name: "supply_", title: "supply" },
    ]);
    expect(ports("nonsense")).toEqual([]);
    expect(ports([5, null]).map(({ name }) => name)).toEqual(["in1", "in2"]);
    expect(merge.check!({ inputs: ["a", "b", "a"] } as never).map(({ field }) => field)).toEqual([
      "/inputs/2",
    ]);
  });

  it("refuses a wire to an input it does not have", () => {
    const { diagnostics } = compileFlow(
      {
        format: flowFormat,
        id: "f",
        name: "f",
        nodes: ["one", "two"].map((id) => ({ id, type: "merge", version: 1, config: {} })),
        wires: ["one.out -> two.second", "one.late -> two.third"],
        layout: {},
        tests: [],
      },
      createCatalogue([merge]),
      testPlatform,
    );
    expect(diagnostics.filter(({ code }) => code === "WIRE_REFUSED")).toMatchObject([
      { wire: "one.late -> two.third", message: "“Merge” has no input “third”." },
    ]);
  });
});

type Left = readonly [port: string, at: number, payload: number, input: string];

/** Looks at everything that ever came, at every arrival. */
function model({ arrivals, delayMs }: Stream<number>): Left[] {
  const left: Left[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  let gone = new Set<number>();
  const release = (watermark: number) => {
    const ripe = arrivals
      .map((each, index) => ({ ...each, index }))
      .filter(({ index }) => index < came && !gone.has(index))
      .filter(({ at }) => at - 1 <= watermark)
      .sort((a, b) => a.at - b.at);
    for (const { at, payload, port, index } of ripe) {
      left.push(["out", at, payload, port]);
      gone = new Set([...gone, index]);
    }
  };
  let came = 0;
  for (const [index, { at, payload, port }] of arrivals.entries()) {
    newest = Math.max(newest, at);
    release(newest - delayMs - 1);
    came = index + 1;
    const newestLeft = Math.max(...left.filter(([name]) => name === "out").map(([, time]) => time));
    if (at < newestLeft) {
      left.push(["late", at, payload, port]);
      gone = new Set([...gone, index]);
    }
    release(newest - delayMs - 1);
  }
  release(Number.POSITIVE_INFINITY);
  return left;
}

function run({ arrivals, delayMs }: Stream<number>): Left[] {
  const harness = createHarness(merge, { inputs }, { startAt: start, maxDelayMs: delayMs });
  for (const { at, key, port, payload, restart } of arrivals) {
    if (restart) harness.restart();
    harness.send(payload, { at: start + at, key, port });
  }
  harness.restart();
  harness.watermark(start + 1e7);
  return harness
    .outputs()
    .map(({ port, time, payload, message }) => [
      port,
      time - start,
      payload as number,
      message.params.input!,
    ]);
}

describe("merge beside a naive model", () => {
  it("interleaves what its sources allow by time, over all devices, whatever the restarts", () => {
    fc.assert(
      fc.property(streams(fc.nat(99), ["supply", "return"]), (stream) => {
        const left = run(stream);
        expect(left).toEqual(model(stream));
        expect(left.map(([, at]) => at)).toEqual(stream.arrivals.map(({ at }) => at).sort((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });

  it("agrees on what is too late", () => {
    fc.assert(
      fc.property(streams(fc.nat(99), ["supply", "return"]), fc.constantFrom(0, 3), (stream, delay) => {
        const hasty = { ...stream, delayMs: delay * 1_000 };
        expect(run(hasty)).toEqual(model(hasty));
      }),
      { numRuns: 300 },
    );
  });
});
