/**
 * A pattern of messages: steps that follow one another, each with a condition, and what must not come in between.
 *
 * Semantics are those of Flink CEP (docs/libs/cep.md there; its NFA is after Agrawal et al., "Efficient Pattern Matching
 * over Event Streams", SIGMOD 2008), but for three cases in which it says the same thing twice or contradicts itself:
 * a message that is forbidden and wanted at once is forbidden, also at the last step; what matched does not time out as
 * well; equal partial matches time out once.
 */

/** What may come before the next message that is taken. */
export type Contiguity =
  /** Nothing (strict). */
  | "next"
  /** What does not fit (relaxed). */
  | "later"
  /** Anything: a message that fits may also be passed over (non-deterministic relaxed). */
  | "any";

export interface Step<Condition> {
  readonly name: string;
  readonly fits: Condition;
  /** How its first message follows the step before. */
  readonly after: Contiguity;
  /** It may be missing altogether. */
  readonly optional: boolean;
  /** If it is there: how many messages, from 1; `most` may be Infinity. */
  readonly least: number;
  readonly most: number;
  /** How its further messages follow the first. */
  readonly between: Contiguity;
  /** A partial match that went on to the next step fails with a message that this one could still have taken. */
  readonly greedy: boolean;
  /** A message for which this holds ends the step, and is not taken by it. */
  readonly until?: Condition | undefined;
  /** None may hold for a message after one of this step, until another step has begun. */
  readonly never: readonly Condition[];
  /** None may hold for the very next message after this step. */
  readonly notNext: readonly Condition[];
}

export type AfterMatch =
  /** Every match counts. */
  | { readonly skip: "none" }
  /** No other match that began with the same message. */
  | { readonly skip: "next" }
  /** No other match that began before this one ended. */
  | { readonly skip: "past" }
  /** No other match that began before the first, or last, message of a step. */
  | { readonly skip: "first" | "last"; readonly step: number };

export interface Pattern<Condition> {
  /** At least one. What is forbidden stands with the step before it. */
  readonly steps: readonly Step<Condition>[];
  /** The last message comes less than this after the first; Infinity: whenever. */
  readonly withinMs: number;
  readonly afterMatch: AfterMatch;
}

/** Does the pattern end with what must not come? Then time completes it, or with `notNext` alone the next message. */
export function endsWith<Condition>({ steps }: Pattern<Condition>): "step" | "never" | "notNext" {
  const { never, notNext } = steps[steps.length - 1]!;
  return never.length > 0 ? "never" : notNext.length > 0 ? "notNext" : "step";
}
