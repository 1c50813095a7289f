import fc from "fast-check";
import { describe, expect, it } from "vitest";
import reorder from "../../nodes/reorder.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { type Left, modelled, run, type Stream, streamStart as start, streams } from "./orderedStream.ts";

describe("reorder", () => {
  it("lets messages of a source without delay through at once", () => {
    const harness = createHarness(reorder, {}, { startAt: start });
    harness.send(1, { at: start + 1 });
    expect(harness.outputs("out")).toHaveLength(1);
    expect(harness.status()).toBeUndefined();
  });

  it("says how many wait, also after a restart", () => {
    const harness = createHarness(reorder, { longer: "10 s" }, { startAt: start });
    harness.send(1, { at: start + 1, key: "a" });
    harness.send(1, { at: start + 1, key: "b" });
    harness.restart();
    expect(harness.status()).toEqual({ level: "ok", text: "2 waiting" });
    harness.advanceTo(start + 10_000);
    expect(harness.outputs("out")).toHaveLength(2);
    expect(harness.status()).toBeUndefined();
  });

  it("lets the first go when more wait than it may hold", () => {
    const harness = createHarness(reorder, { hold: 2 }, { startAt: start, maxDelayMs: 60_000 });
    for (const at of [30, 20, 40]) harness.send(at, { at: start + at });
    expect(harness.outputs("out").map((each) => each.payload)).toEqual([20]);
    harness.send(10, { at: start + 10 });
    expect(harness.outputs().map(({ port, payload }) => [port, payload])).toEqual([["late", 10]]);
    expect(harness.drops()).toEqual({ late: 1 });
  });

  it("refuses to wait for ever", () => {
    expect(reorder.check!({ longer: "8 d" } as never).map((each) => each.field)).toEqual(["/longer"]);
  });
});

/** Looks at the whole buffer after every arrival. */
function model({ arrivals, delayMs }: Stream<number>, longerMs: number): Record<string, Left[]> {
  const left: Record<string, Left[]> = {};
  let buffer: { at: number; key: string; payload: number }[] = [];
  const newestLeft: Record<string, number> = {};
  let newest = Number.NEGATIVE_INFINITY;
  const release = (watermark: number) => {
    const ripe = buffer.filter(({ at }) => at - 1 + longerMs <= watermark).sort((a, b) => a.at - b.at);
    buffer = buffer.filter((each) => !ripe.includes(each));
    for (const { at, key, payload } of ripe) {
      newestLeft[key] = at;
      left[key] = [...(left[key] ?? []), ["out", at, payload]];
    }
  };
  for (const arrival of arrivals) {
    const { at, key, payload } = arrival;
    newest = Math.max(newest, at);
    release(newest - delayMs - 1);
    if (at < (newestLeft[key] ?? Number.NEGATIVE_INFINITY)) {
      left[key] = [...(left[key] ?? []), ["late", at, payload]];
    } else {
      buffer.push(arrival);
      release(newest - delayMs - 1);
    }
  }
  release(Number.POSITIVE_INFINITY);
  return left;
}

describe("reorder beside a naive model", () => {
  it("sorts whatever its source allows", () => {
    fc.assert(
      fc.property(streams(fc.nat(99)), (stream) => {
        const expected = modelled(stream, (messages) =>
          messages.map(({ at, payload }): Left => ["out", at, payload]),
        );
        expect(run(reorder, {}, stream)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it("agrees when it waits longer, and on what is too late even then", () => {
    fc.assert(
      fc.property(
        streams(fc.nat(99)),
        fc.constantFrom(0, 3),
        fc.constantFrom(0, 2, 5),
        (stream, delay, longer) => {
          const hasty = { ...stream, delayMs: delay * 1_000 };
          expect(run(reorder, { longer: `${longer} s` }, hasty)).toEqual(model(hasty, longer * 1_000));
        },
      ),
      { numRuns: 300 },
    );
  });
});
