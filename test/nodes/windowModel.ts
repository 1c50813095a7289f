/** Windows computed the obvious way: keep every message, look at all of them whenever a window ends. */
import fc from "fast-check";

export interface Arrival {
  readonly at: number;
  readonly key: string;
  readonly value: number;
  /** Restart before this one. */
  readonly restart: boolean;
}

export interface Fired {
  readonly key: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

interface Shape {
  readonly size: number;
  readonly hop: number;
  /** Bound on disorder. */
  readonly delay: number;
  readonly lateness: number;
  /** Corrections carry only the late message. */
  readonly discarding: boolean;
}

const start = 1_767_571_200_000;

/** Streams that move on, fall back by up to 30 s, fall silent, and repeat times. */
export const arrivals: fc.Arbitrary<Arrival[]> = fc
  .array(
    fc.record({
      pause: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 0, max: 2_000 }) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 60_000 }) },
      ),
      back: fc.oneof(
        { weight: 6, arbitrary: fc.constant(0) },
        { weight: 4, arbitrary: fc.integer({ min: 0, max: 30_000 }) },
      ),
      key: fc.constantFrom("a", "b"),
      value: fc.integer({ min: -100, max: 100 }),
      restart: fc.nat(9).map((dice) => dice === 0),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let clock = start + 30_000;
    return steps.map(({ pause, back, ...rest }) => {
      clock += pause;
      return { ...rest, at: clock - back };
    });
  });

/** Results in order for each key, and how many messages were too late. */
export function modelWindows(stream: readonly Arrival[], shape: Shape): { fired: Fired[]; late: number } {
  const { size, hop, delay, lateness, discarding } = shape;
  const accepted: Arrival[] = [];
  const fired: Fired[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  let watermark = Number.NEGATIVE_INFINITY;
  let late = 0;

  const endsOf = (at: number) => {
    const ends: number[] = [];
    for (let end = Math.floor((at - size) / hop) * hop + hop + size; end - size <= at; end += hop)
      ends.push(end);
    return ends;
  };
  const sent = new Set<string>();
  const fire = (key: string, end: number, late?: Arrival) => {
    const inside = accepted.filter((each) => each.key === key && each.at >= end - size && each.at < end);
    if (inside.length === 0) return;
    const result = sent.has(`${key} ${end}`) ? "corrected" : "final";
    sent.add(`${key} ${end}`);
    const shown = late && discarding ? [late] : inside;
    fired.push({ key, payload: { ...resultOf(shown, end - size, end), result } });
  };
  const advance = (to: number) => {
    const ends = new Set(
      accepted.flatMap((each) => endsOf(each.at)).filter((end) => end - 1 > watermark && end - 1 <= to),
    );
    for (const end of [...ends].sort((a, b) => a - b)) for (const key of ["a", "b"]) fire(key, end);
    watermark = to;
  };

  for (const arrival of stream) {
    newest = Math.max(newest, arrival.at);
    advance(newest - delay - 1);
    const open = endsOf(arrival.at).filter((end) => end - 1 + lateness > watermark);
    if (open.length === 0) {
      late++;
      continue;
    }
    accepted.push(arrival);
    for (const end of open) if (end - 1 <= watermark) fire(arrival.key, end, arrival);
  }
  advance(Number.POSITIVE_INFINITY);
  return { fired, late };
}

function resultOf(inside: readonly Arrival[], start: number, end: number): Fired["payload"] {
  const values = inside.map((each) => each.value);
  const sum = values.reduce((a, b) => a + b, 0);
  // A stable sort keeps the order of arrival among equal times.
  const byTime = [...inside].sort((a, b) => a.at - b.at);
  return {
    start,
    end,
    count: inside.length,
    sum,
    min: Math.min(...values),
    max: Math.max(...values),
    first: byTime[0]!.value,
    last: byTime.at(-1)!.value,
    avg: sum / inside.length,
  };
}
