/** Windows beside vectors: our own, always, and those taken from other engines' tests, where they lie beside the checkout. */
import { describe, expect, it } from "vitest";
import window from "../../nodes/window.ts";
import { createHarness, type Harness } from "../harness/operatorHarness.ts";
import { readsAll, titled, type Vector, vectorsOf } from "../harness/publishedVectors.ts";

/** A number, or ISO 8601. */
type Time = number | string;
interface Event {
  readonly type: string;
  readonly key?: string;
  readonly value?: unknown;
  readonly ts?: Time | null;
}
interface Fired {
  readonly key: string;
  readonly value: unknown;
  readonly ts?: Time;
  readonly window?: readonly [Time, Time];
  readonly after_event: number;
}

describe("window beside streams", () => {
  it.each(titled(vectorsOf("windowStream")))("$id", ({ vector }) => {
    // So long a delay that the watermark moves only when the vector says so; processing time is arrival.
    const timed = !vector.id.startsWith("proc-");
    const harness = createHarness(window, configOf(vector), { maxDelayMs: timed ? 1e9 : 0 });
    const fired: Fired[] = [];
    const late: Fired[] = [];
    for (const [index, event] of (vector.events as Event[]).entries()) {
      drive(harness, event, vector.id);
      for (const { port, key, payload, time } of harness.outputs()) {
        const { start, end, result } = payload as { start: number; end: number; result: unknown };
        const [list, value] = port === "out" ? [fired, readResult(payload)] : [late, payload];
        expect(port !== "out" || typeof result === "string").toBe(true);
        list.push({ key, value, ts: time, window: [start, end], after_event: index });
      }
    }
    const expected = vector.expected as Fired[];
    expect(fired.map(shownLike(expected, vector.id)).sort()).toEqual(
      expected.map(shownLike(expected, vector.id)).sort(),
    );
    const expectedLate = (vector.late_side_output ?? []) as Fired[];
    expect(late.map(shownLike(expectedLate, vector.id))).toEqual(
      expectedLate.map(shownLike(expectedLate, vector.id)),
    );
    expect(harness.deadLetters()).toEqual([]);
  });
});

/** Says of a result what the expected ones say: all of them the same. */
function shownLike(expected: readonly Fired[], id: string): (fired: Fired) => string {
  const { ts, window: range } = expected[0] ?? {};
  for (const each of expected) {
    readsAll(each, ["key", "value", "ts", "window", "after_event"], id);
    expect([each.ts === undefined, each.window === undefined], "all results say the same").toEqual([
      ts === undefined,
      range === undefined,
    ]);
  }
  return (each) =>
    `after ${each.after_event}: ${each.key} = ${each.value}` +
    (ts === undefined ? "" : ` at ${timeOf(each.ts!)}`) +
    (range === undefined ? "" : ` of ${each.window!.map(timeOf).join(" to ")}`);
}

function readResult(payload: unknown): unknown {
  return (payload as { value: unknown }).value;
}

const words = ["size", "slide", "offset", "gap", "allowed_lateness", "purge_on_fire", "count", "interval"];
const ownWords = ["early_fire_interval", "calendar", "zone", "range", "aggregate"];

/** What a vector's parameters are called here. */
function configOf({ id, params }: Vector): object {
  readsAll(params, [...words, ...ownWords], id);
  const { size, slide, gap, offset = 0, allowed_lateness: lateness = 0, count, interval } = params;
  const {
    purge_on_fire: purge = count !== undefined,
    early_fire_interval: early,
    aggregate = "sum",
  } = params;
  const kind = kindOf(id, params);
  if (kind === "count" && slide !== undefined) throw new Error(`${id}: count windows do not slide here.`);
  const every = early ?? interval;
  return {
    kind,
    aggregates: [{ name: "value", function: aggregate }],
    ...(kind === "time" ? { size: ms(size), offset: ms(offset, slide ?? size) } : {}),
    ...(kind === "time" && slide ? { hop: ms(slide) } : {}),
    ...(kind === "session" ? { gap: ms(gap ?? size) } : {}),
    ...(kind === "sliding" ? { size: ms(params.range) } : {}),
    ...(kind === "calendar" ? { period: params.calendar, zone: params.zone } : {}),
    ...(kind === "count" ? { messages: count ?? size } : {}),
    ...(lateness ? { lateness: ms(lateness) } : {}),
    ...(kind !== "count" && count ? { updateAfter: count } : {}),
    ...(kind !== "count" && purge ? { accumulation: "discarding" } : {}),
    ...(every ? { updateEvery: ms(every) } : {}),
  };
}

function kindOf(id: string, { gap }: Vector["params"]): string {
  if (/^(proc-)?session-?/.test(id) || gap !== undefined) return "session";
  const kind = { count: "count", global: "stream", calendar: "calendar", over: "sliding" }[id.split("-")[0]!];
  return kind ?? "time";
}

/** @param step a window that begins earlier by some begins later by the rest of a step */
function ms(value: unknown, step?: unknown): string {
  if (typeof value !== "number" || (value < 0 && step === undefined))
    throw new Error(`${value} is no duration.`);
  return `${step === undefined ? value : ((value % Number(step)) + Number(step)) % Number(step)} ms`;
}

function timeOf(time: Time): number {
  return typeof time === "number" ? time : Date.parse(time);
}

function drive(harness: Harness, event: Event, id: string): void {
  readsAll(event, event.type === "element" ? ["type", "key", "value", "ts"] : ["type", "ts"], id);
  const { type, key = "", value, ts } = event;
  const at = ts === undefined || ts === null ? undefined : timeOf(ts);
  if (type === "element") harness.send(value, { key, ...(at === undefined ? {} : { at }) });
  else if (type === "watermark") harness.watermark(at!);
  else if (type === "processing_time") harness.advanceTo(at!);
  else if (type === "snapshot_restore") harness.restart();
  else throw new Error(`${id}: the test does not know the event ${type}.`);
}

describe("window beside single messages", () => {
  it.each(titled(vectorsOf("windowAssignment")))("$id", ({ vector }) => {
    readsAll(vector.params, ["size", "slide", "offset", "formula"], vector.id);
    const { params } = vector;
    const expected = vector.expected as unknown[];
    for (const [index, given] of (vector.events as Record<string, number>[]).entries()) {
      readsAll(given, ["ts", "offset", "size", "slide"], vector.id);
      const { ts, offset = params.offset ?? 0, size = params.size, slide = params.slide ?? size } = given;
      const config = { size: ms(size), hop: ms(slide), offset: ms(offset, slide) };
      const harness = createHarness(
        window,
        { ...config, aggregates: [{ name: "sum", function: "sum" }] },
        {
          maxDelayMs: 1e9,
        },
      );
      harness.send(1, { at: ts! });
      harness.watermark(ts! + 3 * Number(size));
      const spans = harness.outputs("out").map(({ payload }) => {
        const { start, end } = payload as { start: number; end: number };
        return [start, end];
      });
      // A window by its start; several as [start, end), in any order.
      const wanted = expected[index];
      const found = typeof wanted === "number" ? spans.map(([start]) => start) : spans;
      const list = typeof wanted === "number" ? [wanted] : (wanted as number[][]);
      expect(sorted(found), `ts ${ts}, offset ${offset}`).toEqual(sorted(list));
    }
  });

  it.each(titled(vectorsOf("windowTouch")))("$id: sessions that touch merge", ({ vector }) => {
    const spans = vector.events as [number, number][];
    const [from, to] = [10, 20];
    expect(vector.operator).toContain(`[${from},${to})`);
    let asked = 0;
    for (const [index, [start, end]] of spans.entries()) {
      // A session of 10 from 10, and one more message; only windows of the same length can be given here.
      if (end - start !== to - from) continue;
      asked++;
      const harness = createHarness(window, { kind: "session", gap: ms(to - from) }, { maxDelayMs: 1e9 });
      harness.send(1, { at: from });
      harness.send(1, { at: start });
      harness.watermark(100);
      expect(harness.outputs("out").length === 1, `[${from}, ${to}) and from ${start}`).toBe(
        (vector.expected as boolean[])[index],
      );
    }
    expect(asked).toBeGreaterThan(1);
  });
});

function sorted(spans: readonly unknown[]): string[] {
  return spans.map((span) => JSON.stringify(span)).sort();
}
