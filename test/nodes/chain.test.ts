/** Several nodes in one flow: what they come to must not depend on when the host looked at the clock. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeTypes } from "../../nodes/index.ts";
import { createCatalogue } from "../../runtime/core/catalogue.ts";
import { Engine } from "../../runtime/core/engine/engine.ts";
import type { SnapshotRecord } from "../../runtime/core/engine/output.ts";
import { type FlowDocument, flowFormat } from "../../runtime/core/flow/document.ts";
import { compileFlow } from "../../runtime/core/plan/compile.ts";
import { testPlatform } from "../harness/platform.ts";

const start = 1_767_571_200_000;
const minute = 60_000;

/** Sensor → average of a minute → above 20 for two minutes; debug shows the averages and the events. */
const flow: FlowDocument = {
  format: flowFormat,
  id: "chain",
  name: "chain",
  nodes: [
    { id: "sensor", type: "mqtt-in", version: 1, config: { topic: "rooms/{room}", format: "number" } },
    { id: "average", type: "window", version: 1, config: { size: "1 min", hop: "20 s" } },
    {
      id: "warm",
      type: "threshold",
      version: 1,
      config: { value: "payload.avg", setPoint: 20, clearPoint: 19, for: "2 min" },
    },
    { id: "show", type: "debug", version: 1, config: {} },
  ],
  wires: [
    "sensor.out -> average.in",
    "average.out -> warm.in",
    "average.out -> show.in",
    "warm.raised -> show.in",
    "warm.cleared -> show.in",
  ],
  layout: {},
  tests: [],
};

interface Tick {
  readonly at: number;
  /** Absent: the clock alone. */
  readonly reading?: { readonly room: string; readonly value: number };
  readonly restart?: boolean;
}

interface Shown {
  readonly key: string;
  readonly at: number;
  readonly payload: object;
}

/** What the debug node showed. */
function run(ticks: readonly Tick[]): Shown[] {
  const { plan } = compileFlow(flow, createCatalogue(nodeTypes), testPlatform);
  let engine = new Engine(testPlatform);
  engine.deploy(plan!, start);
  const shown: Shown[] = [];
  for (const [position, { at, reading, restart }] of ticks.entries()) {
    if (restart) {
      const records = JSON.parse(JSON.stringify(engine.snapshot(false))) as SnapshotRecord[];
      engine = new Engine(testPlatform);
      engine.restore(records);
      engine.deploy(plan!, at);
    }
    const input = reading && {
      kind: "mqtt" as const,
      connection: "default",
      topic: `rooms/${reading.room}`,
      payload: new TextEncoder().encode(String(reading.value)),
      retained: false,
    };
    const { debug, deadLetters } = engine.step({ now: at, position, inputs: input ? [input] : [] });
    expect(deadLetters).toEqual([]);
    for (const { message } of debug) {
      shown.push({ key: message.key, at: message.time - start, payload: message.payload as object });
    }
  }
  return shown;
}

describe("a chain of window and threshold", () => {
  it("raises at the average's time plus the duration, and clears with the average that is back", () => {
    const readings: Tick[] = [0, 1, 2, 3, 4, 5, 6].map((each) => ({
      at: start + each * minute,
      reading: { room: "hall", value: each < 5 ? 25 : 15 },
    }));
    // The first average covers the minute that ends at 20 s; at 5:20 the reading of 15 is in it alone.
    const events = run([...readings, { at: start + 20 * minute }]).filter((each) => "state" in each.payload);
    expect(events.map(({ key, at, payload }) => [key, at, payload])).toMatchObject([
      ["hall", 2 * minute + 19_999, { state: "raised", value: 25 }],
      ["hall", 5 * minute + 19_999, { state: "cleared", value: 15 }],
    ]);
  });

  it("comes to the same however the clock ticked between, and wherever it was restarted", () => {
    const steps = fc.array(
      fc.record({
        gap: fc.integer({ min: 1, max: 90_000 }),
        reading: fc.option(
          fc.record({ room: fc.constantFrom("hall", "roof"), value: fc.integer({ min: 10, max: 30 }) }),
        ),
        restart: fc.nat(5),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, (drawn) => {
        let at = start;
        const ticks = drawn.map(({ gap, reading, restart }): Tick => {
          at += gap;
          return { at, restart: restart === 0, ...(reading ? { reading } : {}) };
        });
        const end = { at: at + 60 * minute };
        const plain = ticks
          .filter((each) => each.reading)
          .map(({ at, reading }): Tick => ({ at, reading: reading! }));
        expect(run([...ticks, end])).toEqual(run([...plain, end]));
      }),
      { numRuns: 150 },
    );
  });
});
