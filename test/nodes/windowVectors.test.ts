/** Windows beside vectors: our own, always, and those taken from other engines' tests, where they lie beside the checkout. */
import { describe, expect, it } from "vitest";
import window from "../../nodes/window.ts";
import { createHarness, type Harness } from "../harness/operatorHarness.ts";
import { publishedVectors } from "../harness/publishedVectors.ts";

interface Event {
  readonly type: "element" | "watermark" | "processing_time" | "snapshot_restore";
  readonly key?: string;
  readonly value?: number;
  readonly ts?: number | null;
}
interface Fired {
  readonly key: string;
  readonly value: number;
  readonly ts?: number;
  readonly window?: readonly [number, number];
  readonly after_event: number;
}
interface Vector {
  readonly id: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly events: readonly unknown[];
  readonly expected: readonly unknown[];
  readonly late_side_output?: readonly unknown[];
}

/** Numbers worked out by hand. */
const ownVectors: readonly Vector[] = [
  {
    id: "tumbling: ends are exclusive",
    params: { size: 10 },
    events: [
      { type: "element", key: "a", value: 1, ts: 0 },
      { type: "element", key: "a", value: 2, ts: 9 },
      { type: "element", key: "a", value: 4, ts: 10 },
      { type: "watermark", ts: 8 },
      { type: "watermark", ts: 9 },
      { type: "snapshot_restore" },
      { type: "watermark", ts: 19 },
    ],
    expected: [
      { key: "a", value: 3, ts: 9, window: [0, 10], after_event: 4 },
      { key: "a", value: 4, ts: 19, window: [10, 20], after_event: 6 },
    ],
  },
  {
    id: "sliding: late for one window, in time for the next",
    params: { size: 20, slide: 10 },
    events: [
      { type: "element", key: "a", value: 1, ts: 5 },
      { type: "watermark", ts: 9 },
      { type: "element", key: "a", value: 2, ts: 6 },
      { type: "watermark", ts: 19 },
      { type: "element", key: "a", value: 4, ts: 7 },
    ],
    expected: [
      { key: "a", value: 1, ts: 9, window: [-10, 10], after_event: 1 },
      { key: "a", value: 3, ts: 19, window: [0, 20], after_event: 3 },
    ],
    late_side_output: [{ key: "a", value: 4, ts: 7, after_event: 4 }],
  },
  {
    id: "session: a silence of exactly the gap joins",
    params: { gap: 10 },
    events: [
      { type: "element", key: "a", value: 1, ts: 0 },
      { type: "element", key: "a", value: 2, ts: 10 },
      { type: "element", key: "a", value: 4, ts: 21 },
      { type: "watermark", ts: 18 },
      { type: "snapshot_restore" },
      { type: "watermark", ts: 19 },
      { type: "watermark", ts: 30 },
    ],
    expected: [
      { key: "a", value: 3, ts: 19, window: [0, 20], after_event: 5 },
      { key: "a", value: 4, ts: 30, window: [21, 31], after_event: 6 },
    ],
  },
  {
    id: "count: an incomplete window never fires",
    params: { count: 2 },
    events: [
      { type: "element", key: "a", value: 1, ts: 5 },
      { type: "element", key: "b", value: 8, ts: 6 },
      { type: "snapshot_restore" },
      { type: "element", key: "a", value: 2, ts: 3 },
      { type: "element", key: "a", value: 4, ts: 9 },
      { type: "watermark", ts: 1_000 },
    ],
    expected: [{ key: "a", value: 3, after_event: 3 }],
  },
  {
    id: "global: an update every so often, also when nothing is new",
    params: { interval: 10 },
    events: [
      { type: "element", key: "a", value: 1, ts: 3 },
      { type: "watermark", ts: 9 },
      { type: "watermark", ts: 10 },
      { type: "snapshot_restore" },
      { type: "watermark", ts: 20 },
    ],
    expected: [
      { key: "a", value: 1, after_event: 2 },
      { key: "a", value: 1, after_event: 4 },
    ],
  },
];

const streams = [
  ...ownVectors,
  ...publishedVectors<Vector>(
    ({ id, events }) =>
      /^(tumbling|sliding|session|count|global|proc)-/.test(id) && (events[0] as Event).type !== undefined,
  ),
];

describe("window beside streams", () => {
  it.each(streams.map((vector) => ({ id: vector.id, vector })))("$id", ({ vector }) => {
    // So long a delay that the watermark moves only when the vector says so; processing time is arrival.
    const timed = !vector.id.startsWith("proc");
    const harness = createHarness(window, configOf(vector), { maxDelayMs: timed ? 1e9 : 0 });
    const fired: Fired[] = [];
    const late: unknown[] = [];
    for (const [index, event] of (vector.events as Event[]).entries()) {
      drive(harness, event);
      for (const { port, key, payload, time } of harness.outputs()) {
        const { start, end, sum } = payload as { start: number; end: number; sum: number };
        if (port === "out")
          fired.push({ key, value: sum, ts: time, window: [start, end], after_event: index });
        else late.push({ key, value: payload, ts: time, after_event: index });
      }
    }
    const expected = vector.expected as Fired[];
    const { ts, window: range } = expected[0]!;
    const shown = (each: Fired) =>
      `after ${each.after_event}: ${each.key} = ${each.value}` +
      (ts === undefined ? "" : ` at ${each.ts}`) +
      (range === undefined ? "" : ` of ${JSON.stringify(each.window)}`);
    expect(fired.map(shown).sort()).toEqual(expected.map(shown).sort());
    expect(late).toEqual(vector.late_side_output ?? []);
  });
});

/** What a vector's parameters are called here. Its sums and counts are the same: all counted values are 1. */
function configOf({ id, params }: Vector): object {
  const { size, slide, gap, offset = 0, allowed_lateness: lateness = 0, count, interval } = params;
  const { purge_on_fire: purge = count !== undefined, early_fire_interval: early } = params;
  const kind = gap
    ? "session"
    : size
      ? /^proc-session/.test(id)
        ? "session"
        : "time"
      : interval
        ? "stream"
        : "count";
  return {
    kind,
    aggregates: [{ name: "sum", function: "sum" }],
    ...(kind === "time" ? { size: `${size} ms`, offset: `${offset} ms` } : {}),
    ...(slide ? { hop: `${slide} ms` } : {}),
    ...(kind === "session" ? { gap: `${gap ?? size} ms` } : {}),
    ...(kind === "count" ? { messages: count ?? size } : { lateness: `${lateness} ms` }),
    ...(kind === "session" && count ? { updateAfter: count } : {}),
    ...(kind !== "count" && purge ? { accumulation: "discarding" } : {}),
    ...(early || interval ? { updateEvery: `${early ?? interval} ms` } : {}),
  };
}

function drive(harness: Harness, { type, key = "", value, ts }: Event): void {
  if (type === "element") harness.send(value, { key, ...(typeof ts === "number" ? { at: ts } : {}) });
  else if (type === "watermark") harness.watermark(ts!);
  else if (type === "processing_time") harness.advanceTo(ts!);
  else harness.restart();
}

describe("window beside single messages", () => {
  const own: Vector = {
    id: "alignment: before 1970, and begun later",
    params: { size: 7 },
    events: [
      { ts: -1, offset: 0 },
      { ts: 0, offset: 0 },
      { ts: 2, offset: 3 },
      { ts: 3, offset: 3 },
    ],
    expected: [-7, 0, -4, 3],
  };
  const published = publishedVectors<Vector>(
    ({ id }) => id === "tumbling-alignment-offset" || id === "sliding-assign",
  );
  it.each([own, ...published].map((vector) => ({ id: vector.id, vector })))("$id", ({ vector }) => {
    for (const [index, given] of vector.events.entries()) {
      const {
        ts,
        offset,
        size = vector.params.size,
      } = given as { ts: number; offset: number; size?: number };
      const step = Number(vector.params.slide ?? size);
      const harness = createHarness(
        window,
        {
          size: `${size} ms`,
          hop: `${step} ms`,
          // A window that begins earlier by some begins later by the rest of a step.
          offset: `${((offset % step) + step) % step} ms`,
          aggregates: [{ name: "sum", function: "sum" }],
        },
        { maxDelayMs: 1e9 },
      );
      harness.send(1, { at: ts });
      harness.watermark(ts + 3 * Number(size));
      const spans = harness.outputs("out").map(({ payload }) => {
        const { start, end } = payload as { start: number; end: number };
        return vector.params.slide ? [start, end] : start;
      });
      const expected = vector.expected[index];
      expect(spans, `ts ${ts}, offset ${offset}`).toEqual(vector.params.slide ? expected : [expected]);
    }
  });

  const ownIntersection: Vector = {
    id: "sessions: exactly one gap apart",
    params: {},
    events: [
      [10, 20],
      [20, 30],
      [21, 31],
    ],
    expected: [true, true, false],
  };
  const intersections = [
    ownIntersection,
    ...publishedVectors<Vector>(({ id }) => id === "window-intersects"),
  ];
  it.each(intersections.map((vector) => ({ id: vector.id, vector })))(
    "$id: sessions that touch merge",
    ({ vector }) => {
      const touching = (vector.events as [number, number][]).filter(([, end], index) => {
        // A session of 10 from 10, and one more message; only windows of the same length can be given here.
        const [start] = vector.events[index] as [number, number];
        if (end - start !== 10) return false;
        const harness = createHarness(window, { kind: "session", gap: "10 ms" }, { maxDelayMs: 1e9 });
        harness.send(1, { at: 10 });
        harness.send(1, { at: start });
        harness.watermark(100);
        expect(harness.outputs("out").length === 1, `[10, 20) and from ${start}`).toBe(
          vector.expected[index],
        );
        return true;
      });
      expect(touching.length).toBeGreaterThan(1);
    },
  );
});
