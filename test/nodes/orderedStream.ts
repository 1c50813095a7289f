/** Random streams for operators that judge in order of event time, and a naive model's view of the same streams. */
import fc from "fast-check";
import { type AnyNodeType, type Message, parseDuration } from "../../runtime/core/api.ts";
import { createHarness } from "../harness/operatorHarness.ts";

export const streamStart = 1_767_571_200_000;

export interface Arrival<Payload> {
  /** Event time, ms after {@link streamStart}. */
  readonly at: number;
  readonly key: string;
  readonly port: string;
  readonly payload: Payload;
  /** Restart before this one. */
  readonly restart: boolean;
}

export interface Stream<Payload> {
  /** In order of arrival. */
  readonly arrivals: readonly Arrival<Payload>[];
  /** No message is further behind the newest, ms. */
  readonly delayMs: number;
}

/** What left a node: port, event time after {@link streamStart}, payload. */
export type Left = readonly [port: string, at: number, payload: unknown];

/** Streams of whole seconds, with repeated times and long silences, out of order within their delay. */
export function streams<Payload>(
  payload: fc.Arbitrary<Payload>,
  ports: readonly string[] = ["in"],
  lengthMax = 40,
): fc.Arbitrary<Stream<Payload>> {
  const step = fc.record({
    gap: fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 0, max: 6 }) },
      { weight: 1, arbitrary: fc.integer({ min: 7, max: 90 }) },
    ),
    jitter: fc.nat(15),
    key: fc.constantFrom("a", "a", "b"),
    port: fc.constantFrom(...ports),
    payload,
    restart: fc.nat(9).map((dice) => dice === 0),
  });
  return fc
    .record({ steps: fc.array(step, { maxLength: lengthMax }), delay: fc.constantFrom(0, 5, 15) })
    .map(({ steps, delay }) => {
      let clock = 0;
      const sent = steps.map(({ gap, jitter, ...rest }) => {
        clock += gap;
        return { ...rest, at: clock * 1_000, arrives: clock + Math.min(jitter, delay) };
      });
      const arrivals = [...sent].sort((one, other) => one.arrives - other.arrives || one.at - other.at);
      return { arrivals, delayMs: delay * 1_000 };
    });
}

/** Runs a stream through a node and then lets a long time pass. @returns what left it, by key */
export function run(
  type: AnyNodeType,
  config: object,
  { arrivals, delayMs }: Stream<unknown>,
  silence = "10 min",
): Readonly<Record<string, Left[]>> {
  const harness = createHarness(type, config, { startAt: streamStart, maxDelayMs: delayMs });
  for (const { at, key, port, payload, restart } of arrivals) {
    if (restart) harness.restart();
    harness.send(payload, { at: streamStart + at, key, port });
  }
  const last = Math.max(0, ...arrivals.map((each) => each.at));
  harness.restart();
  harness.watermark(streamStart + last + parseDuration(silence)!);
  return byKey(
    harness
      .outputs()
      .map(({ message, port, time, payload }) => [message, [port, time - streamStart, payload] as const]),
  );
}

/** The messages of each key in order of event time; equal times keep their order of arrival. */
export function inTimeOrder<Payload>({
  arrivals,
}: Stream<Payload>): Readonly<Record<string, Arrival<Payload>[]>> {
  const keys = [...new Set(arrivals.map((each) => each.key))];
  const of = (key: string) => arrivals.filter((each) => each.key === key).sort((a, b) => a.at - b.at);
  return Object.fromEntries(keys.map((key) => [key, of(key)]));
}

/** What a model, given the ordered messages of one key, says of each key; keys without output are left out. */
export function modelled<Payload>(
  stream: Stream<Payload>,
  model: (messages: readonly Arrival<Payload>[]) => Left[],
): Readonly<Record<string, Left[]>> {
  const entries = Object.entries(inTimeOrder(stream)).map(
    ([key, messages]) => [key, model(messages)] as const,
  );
  return Object.fromEntries(entries.filter(([, left]) => left.length > 0));
}

function byKey(outputs: readonly (readonly [Message, Left])[]): Readonly<Record<string, Left[]>> {
  const found: Record<string, Left[]> = {};
  for (const [{ key }, left] of outputs) {
    found[key] ??= [];
    found[key].push(left);
  }
  return found;
}
