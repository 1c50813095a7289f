import { expect, test } from "vitest";
import { Auditor } from "./auditor.ts";
import { batchSize, isDeaf, isIntent, maxDelayMs } from "./flows.ts";
import { expectedOf } from "./model.ts";
import { type Reading, Readings } from "./readings.ts";

const start = Date.UTC(2026, 0, 31);

interface Result {
  readonly topic: string;
  readonly payload: Record<string, unknown>;
}

/** Readings as a run sends them, and all that must come of them. */
function perfect(): { readings: Reading[]; results: Result[] } {
  const source = new Readings(7, start);
  const readings = Array.from({ length: 60 }, () => source.round()).flat();
  readings.push(...source.padding(batchSize), ...source.leap(2 * maxDelayMs), ...source.padding(batchSize));
  const results: Result[] = [];
  const watermark =
    Math.max(...readings.filter(({ stream }) => stream === "in").map(({ at }) => at)) - maxDelayMs - 1;
  for (const device of "abcde") {
    const of = (stream: string) =>
      readings.filter((each) => each.stream === stream && each.device === device);
    const payloads = expectedOf(device, of("in"), watermark).values();
    for (const { topic, payload } of payloads) results.push({ topic, payload: { ...payload } });
    for (const [kind, stream] of [
      ["batch", "in"],
      ["later", "in"],
      ["exact", "in2"],
    ] as const) {
      const all = of(stream).map(({ n }) => n);
      for (let at = 0; at < all.length; at += batchSize) {
        results.push({
          topic: `out/${kind}/${device}`,
          payload: { list: all.slice(at, at + batchSize), start: at },
        });
      }
    }
    for (const { n } of of("in").filter(({ n }) => isIntent(n))) {
      const payload = isDeaf(n) ? { state: "failed", since: start } : { state: "confirmed" };
      results.push({ topic: `out/done/${device}-${n}`, payload });
    }
  }
  return { readings, results };
}

/** What the auditor says when results are changed. */
function judged(change: (results: Result[]) => Result[]) {
  const { readings, results } = perfect();
  const auditor = new Auditor();
  for (const reading of readings) {
    auditor.sent(reading);
    if (isIntent(reading.n)) auditor.commanded(`${reading.device}-${reading.n}`, start);
  }
  for (const { topic, payload } of change(results)) auditor.result(topic, JSON.stringify(payload));
  const { lost, doubled, wrong } = auditor.verdict(true);
  return [lost.length, doubled.length, wrong.length];
}

const first = (results: readonly Result[], kind: string) =>
  results.findIndex(({ topic }) => topic.startsWith(`out/${kind}/`));

test("a run without a fault is without fault, also when results come again", () => {
  expect(judged((results) => results)).toEqual([0, 0, 0]);
  expect(judged((results) => [...results, ...results.slice(0, 50)])).toEqual([0, 0, 0]);
});

test.each(["total", "window", "alarm", "absence", "done"])("a lost %s is seen", (kind) => {
  expect(judged((results) => results.toSpliced(first(results, kind), 1))).toEqual([1, 0, 0]);
});

test.each(["batch", "later", "exact"])("a lost %s is seen, with each of its readings", (kind) => {
  expect(judged((results) => results.toSpliced(first(results, kind), 1))).toEqual([batchSize, 0, 0]);
});

test("a reading that counts twice is seen in a total, in a sum and in a list", () => {
  const change = (kind: string, edit: (payload: Record<string, unknown>) => object) =>
    judged((results) => {
      const at = first(results, kind);
      const { topic, payload } = results[at]!;
      return results.with(at, { topic, payload: { ...payload, ...edit(payload) } });
    });
  expect(change("total", ({ count }) => ({ count: Number(count) + 1 }))).toEqual([1, 0, 1]);
  expect(change("window", ({ sum }) => ({ sum: Number(sum) + 1 }))).toEqual([1, 0, 1]);
  expect(change("exact", ({ list }) => ({ list: [...(list as number[]), 0] }))).toEqual([0, 1, 0]);
});

test("a command that ends twice, or reaches its device long after its deadline, is seen", () => {
  expect(
    judged((results) => [...results, { topic: "out/done/a-3", payload: { state: "failed", since: start } }]),
  ).toEqual([0, 1, 0]);
  expect(
    judged((results) =>
      results.map((each) =>
        each.topic === "out/done/a-3"
          ? { ...each, payload: { state: "failed", since: start - 60_000 } }
          : each,
      ),
    ),
  ).toEqual([0, 0, 1]);
});
