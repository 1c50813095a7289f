/** What the flow "measured" must say of a device's readings, computed from scratch. */
import { alarmAbove, alarmForMs, silentAfterMs, windowMs } from "./flows.ts";
import type { Reading } from "./readings.ts";

/** Topic and payload as JSON text, by what it is about: the same thing is said once, or again in the same words. */
export type Expected = Map<string, { readonly topic: string; readonly payload: object }>;

/**
 * @param readings of one device, by time
 * @param watermark event time has come here; what comes later may or may not have been said
 */
export function expectedOf(device: string, readings: readonly Reading[], watermark: number): Expected {
  const expected: Expected = new Map();
  const say = (kind: string, identity: string, payload: object) => {
    const topic = `out/${kind}/${device}`;
    expected.set(`${topic} ${identity}`, { topic, payload });
  };
  const past = readings.filter(({ at }) => at <= watermark);
  let total = 0;
  for (const [index, { at, v }] of past.entries()) {
    total += v;
    say("total", `${at}`, { at, count: index + 1, total });
  }
  for (const [start, inside] of windowsOf(readings)) {
    if (start + windowMs - 1 > watermark) continue;
    const sum = inside.reduce((sum, { v }) => sum + v, 0);
    say("window", `${start}`, { start, sum, list: inside.map(({ n }) => n), result: "final" });
  }
  sayAlarms(past, watermark, (state, since) => say("alarm", `${state} ${since}`, { state, since }));
  for (const [index, { at }] of past.entries()) {
    const next = past[index + 1]?.at;
    if ((next ?? watermark) - at <= silentAfterMs) continue;
    say("absence", `silent ${at}`, { state: "silent", since: at });
    if (next !== undefined) say("absence", `back ${next}`, { state: "back", since: next });
  }
  return expected;
}

/** What a result is about; see {@link Expected}. */
export function identityOf(topic: string, payload: Record<string, unknown>): string {
  const kind = topic.split("/")[1];
  if (kind === "total") return `${topic} ${payload.at}`;
  if (kind === "window") return `${topic} ${payload.start}`;
  return `${topic} ${payload.state} ${payload.since}`;
}

function windowsOf(readings: readonly Reading[]): Map<number, Reading[]> {
  const windows = new Map<number, Reading[]>();
  for (const reading of readings) {
    const start = Math.floor(reading.at / windowMs) * windowMs;
    const inside = windows.get(start);
    if (inside) inside.push(reading);
    else windows.set(start, [reading]);
  }
  return windows;
}

function sayAlarms(
  readings: readonly Reading[],
  watermark: number,
  say: (state: string, since: number) => void,
): void {
  let since: number | undefined;
  let raised = false;
  const pass = (time: number) => {
    if (raised || since === undefined || since + alarmForMs > time) return;
    raised = true;
    say("raised", since);
  };
  for (const { at, v } of readings) {
    pass(at);
    if (v > alarmAbove) {
      since ??= at;
      continue;
    }
    if (raised) say("cleared", at);
    raised = false;
    since = undefined;
  }
  pass(watermark);
}
