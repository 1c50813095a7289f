/** The other kinds of windows computed the obvious way: from all messages, from scratch, whenever something happens. */
import type { Arrival } from "./windowModel.ts";

export interface Sent {
  readonly key: string;
  readonly payload: unknown;
}

interface Session {
  readonly key: string;
  readonly messages: Arrival[];
  start: number;
  end: number;
  /** Fired up to here. */
  sentEnd?: number;
}

/** Sessions without greatest length, by Flink's rules: merging by touch, lateness judged after merging. */
export function modelSessions(
  stream: readonly Arrival[],
  { gap, delay, lateness }: { gap: number; delay: number; lateness: number },
): { sent: Sent[]; late: number } {
  const sent: Sent[] = [];
  let sessions: Session[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  let watermark = Number.NEGATIVE_INFINITY;
  let late = 0;
  const fire = (session: Session) => {
    const { key, messages, start, end } = session;
    const result = session.sentEnd === undefined ? "final" : "corrected";
    sent.push({ key, payload: { ...statistics(messages), start, end, result } });
    session.sentEnd = end;
  };
  const advance = (to: number) => {
    const due = sessions.filter((each) => each.sentEnd !== each.end && each.end - 1 <= to);
    for (const session of due.sort((a, b) => a.end - b.end)) fire(session);
    sessions = sessions.filter((each) => each.end - 1 + lateness > to);
    watermark = to;
  };
  for (const arrival of stream) {
    newest = Math.max(newest, arrival.at);
    advance(newest - delay - 1);
    const { at, key } = arrival;
    const touching = sessions.filter((each) => each.key === key && each.start <= at + gap && at <= each.end);
    const start = Math.min(at, ...touching.map((each) => each.start));
    const end = Math.max(at + gap, ...touching.map((each) => each.end));
    if (end - 1 + lateness <= watermark) {
      late++;
      continue;
    }
    const messages = [...touching.flatMap((each) => each.messages), arrival];
    const merged: Session = { key, messages, start, end };
    // -1 is the end of nothing: sent before, and to be sent again.
    if (touching.some((each) => each.sentEnd !== undefined)) merged.sentEnd = -1;
    sessions = [...sessions.filter((each) => !touching.includes(each)), merged];
    if (end - 1 <= watermark) fire(merged);
  }
  advance(Number.POSITIVE_INFINITY);
  return { sent, late };
}

/** Sessions with a greatest length, where nothing is late: cut from the first message on, in order of time. */
export function modelCutSessions(stream: readonly Arrival[], gap: number, lengthMax: number): Sent[] {
  const sent: Sent[] = [];
  for (const key of new Set(stream.map((each) => each.key))) {
    let open: Arrival[] = [];
    const close = (before: number) => {
      const start = open[0]!.at;
      const end = Math.min(open.at(-1)!.at + gap, start + lengthMax, before);
      sent.push({ key, payload: { ...statistics(open), start, end, result: "final" } });
      open = [];
    };
    for (const arrival of inOrder(stream.filter((each) => each.key === key))) {
      const last = open.at(-1);
      if (last && (arrival.at > last.at + gap || arrival.at >= open[0]!.at + lengthMax))
        close(Number.POSITIVE_INFINITY);
      open.push(arrival);
    }
    if (open.length > 0) close(Number.POSITIVE_INFINITY);
  }
  return sent;
}

/** One result per message over (t - size, t], in order of time. */
export function modelSliding(
  stream: readonly Arrival[],
  { size, delay }: { size: number; delay: number },
): { sent: Sent[]; late: number } {
  const { accepted, late } = inTime(stream, delay, (arrival, judged, watermark) => {
    const newest = judged.filter((each) => each.key === arrival.key).at(-1)?.at;
    return (newest !== undefined && arrival.at < newest) || arrival.at <= watermark - size;
  });
  const sent = accepted.map(({ at, key }, index) => {
    const inside = accepted.slice(0, index + 1).filter((each) => each.key === key && each.at > at - size);
    return { key, payload: { ...statistics(inside), start: at - size + 1, end: at + 1, result: "final" } };
  });
  return { sent, late };
}

/** Everything since the last reset, in order of time; a message of value `resetAt` resets, and counts in the next. */
export function modelTotals(
  stream: readonly Arrival[],
  { delay, resetAt }: { delay: number; resetAt: number },
): { sent: Sent[]; late: number } {
  const { accepted, late } = inTime(stream, delay, (arrival, judged) => {
    const newest = judged.filter((each) => each.key === arrival.key).at(-1)?.at;
    return newest !== undefined && arrival.at < newest;
  });
  const sent: Sent[] = [];
  const since = new Map<string, Arrival[]>();
  for (const arrival of accepted) {
    const { key } = arrival;
    const run = since.get(key) ?? [];
    const payload = (result: string) => ({
      ...statistics(run),
      start: Math.min(...run.map((each) => each.at)),
      end: Math.max(...run.map((each) => each.at)) + 1,
      result,
    });
    if (arrival.value === resetAt && run.length > 0) sent.push({ key, payload: payload("final") });
    if (arrival.value === resetAt) run.splice(0);
    run.push(arrival);
    since.set(key, run);
    sent.push({ key, payload: payload("early") });
  }
  return { sent, late };
}

/** A result per so many messages of a key, as they arrive. */
export function modelCounts(stream: readonly Arrival[], messages: number): Sent[] {
  return [...new Set(stream.map((each) => each.key))].flatMap((key) => {
    const own = stream.filter((each) => each.key === key);
    return Array.from({ length: Math.floor(own.length / messages) }, (_, index) => {
      const inside = own.slice(index * messages, (index + 1) * messages);
      const times = inside.map((each) => each.at);
      const span = { start: Math.min(...times), end: Math.max(...times) + 1 };
      return { key, payload: { ...statistics(inside), ...span, result: "final" } };
    });
  });
}

/** Which messages are judged, in which order, when each waits until the watermark excludes any before it. */
function inTime(
  stream: readonly Arrival[],
  delay: number,
  isLate: (arrival: Arrival, judged: readonly Arrival[], watermark: number) => boolean,
): { accepted: readonly Arrival[]; late: number } {
  const accepted: Arrival[] = [];
  let waiting: Arrival[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  let late = 0;
  const judge = (watermark: number) => {
    accepted.push(...waiting.filter((each) => each.at - 1 <= watermark));
    waiting = waiting.filter((each) => each.at - 1 > watermark);
  };
  for (const arrival of stream) {
    newest = Math.max(newest, arrival.at);
    judge(newest - delay - 1);
    if (isLate(arrival, accepted, newest - delay - 1)) late++;
    else waiting = inOrder([...waiting, arrival]);
    judge(newest - delay - 1);
  }
  judge(Number.POSITIVE_INFINITY);
  return { accepted, late };
}

function inOrder(stream: readonly Arrival[]): Arrival[] {
  return [...stream].sort((a, b) => a.at - b.at);
}

function statistics(messages: readonly Arrival[]): Record<string, unknown> {
  const values = messages.map((each) => each.value);
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    count: messages.length,
    sum: values.reduce((a, b) => a + b, 0),
    max: Math.max(...values),
    median: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2,
    distinct: new Set(values).size,
  };
}
