/** Runs an example of a node type in the harness: what the docs promise is what the engine does. */
import { type AnyNodeType, type Example, parseDuration } from "../../runtime/core/api.ts";
import { createHarness, type Output } from "../harness/operatorHarness.ts";

/** Where examples begin: Monday 2026-01-05 00:00 UTC, round for every window. */
export const exampleStart = 1_767_571_200_000;

export interface ExampleOutcome {
  readonly outputs: readonly { port: string; at: number; key: string; payload: unknown }[];
  readonly published: readonly { topic: string; payload: string }[];
  readonly deadLetters: readonly { code: string; text: string }[];
}

/** @param restartAt restart (snapshot, JSON, restore) before this message; the length of `given`: after the last */
export function runExample(type: AnyNodeType, example: Example<unknown>, restartAt?: number): ExampleOutcome {
  const harness = createHarness(type, example.config as object, { startAt: exampleStart });
  /** Time passes as it does live, second by second: one leap would be downtime. */
  const pass = (until: number) => {
    for (let ms = harness.now + 1_000; ms < until; ms += 1_000) harness.advanceTo(ms);
    if (until > harness.now) harness.advanceTo(until);
  };
  for (const [index, { at, payload, ...options }] of example.given.entries()) {
    if (index === restartAt) harness.restart();
    pass(exampleStart + offsetMs(at) - 1);
    harness.send(payload, { ...options, at: exampleStart + offsetMs(at) });
  }
  if (restartAt === example.given.length) harness.restart();
  if (example.until) pass(exampleStart + offsetMs(example.until));
  return {
    outputs: harness.outputs().map(({ port, time, key, payload }: Output) => ({
      port,
      at: time - exampleStart,
      key,
      payload,
    })),
    published: harness.effects().map(({ topic, payload }) => ({ topic, payload })),
    deadLetters: harness.deadLetters().map(({ code, text }) => ({ code, text })),
  };
}

export function offsetMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new Error(`the example has an unreadable time: ${text}`);
  return ms;
}
