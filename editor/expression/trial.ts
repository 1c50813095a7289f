import { adviseOn } from "../../runtime/core/expression/advice.ts";
import { compileExpression } from "../../runtime/core/expression/compile.ts";
import {
  type CompiledExpression,
  ExpressionError,
  type ExpressionWarning,
} from "../../runtime/core/expression/expression.ts";
import type { ExpressionLimits } from "../../runtime/core/expression/limits.ts";
import { bytesText, valueText } from "../live/words.ts";
import { rootNames } from "./roots.ts";
import { inputOf, type TrySample } from "./trySample.ts";

/** An expression and the newest message to try it on. */
export interface TrialRequest {
  readonly source: string;
  readonly sample: TrySample | undefined;
  /** The evaluation's clock, ms since epoch. */
  readonly now: number;
}

/** What became of an expression tried on a message. */
export type Trial =
  | { readonly outcome: "empty" }
  /** It does not compile. */
  | { readonly outcome: "mistake"; readonly text: string; readonly position: number | undefined }
  /** It compiles, and there is nothing to try it on; `text` says why. */
  | ({ readonly outcome: "untried"; readonly text: string } & TrialNotes)
  | ({
      readonly outcome: "result";
      readonly text: string;
      readonly value: unknown;
    } & TrialNotes)
  /** It compiles, and fails on this message. */
  | ({
      readonly outcome: "failed";
      readonly text: string;
      readonly position: number | undefined;
    } & TrialNotes);

interface TrialNotes {
  /** Why the result may not be what was meant, or why it failed: the most likely reason. */
  readonly hint?: string;
  /** Likely mistakes, with their places. */
  readonly notes?: readonly ExpressionWarning[];
  /** The names beside the message that were known. */
  readonly beside?: Readonly<Record<string, unknown>>;
}

/** Compiles and evaluates as the runtime would, on the newest message. It can take as long as the limits allow. */
export function tryExpression({ source, sample, now }: TrialRequest, limits: ExpressionLimits): Trial {
  if (source.trim() === "") return { outcome: "empty" };
  try {
    const compiled = compileExpression(source, limits);
    const notes = compiled.warnings.length === 0 ? {} : { notes: compiled.warnings };
    if (!sample) {
      return {
        outcome: "untried",
        text: "No message yet. The result appears here when one arrives.",
        ...notes,
      };
    }
    if (sample.payloadBytes !== undefined) {
      const size = bytesText(sample.payloadBytes);
      return {
        outcome: "untried",
        text: `The last message is too large to try it on here (${size}).`,
        ...notes,
      };
    }
    return tryOn(compiled, withBeside(sample, limits), now, limits);
  } catch (error) {
    const { text, position } = reasonOf(error);
    return { outcome: "mistake", text, position };
  }
}

function tryOn(
  compiled: CompiledExpression,
  sample: TrySample,
  now: number,
  limits: ExpressionLimits,
): Trial {
  const { source, warnings } = compiled;
  const input = inputOf(sample);
  const trial = evaluate(() => compiled.evaluate(input, { now }));
  const advice = adviseOn(
    source,
    input,
    { now },
    { ...limits, stepsMax: Math.min(limits.stepsMax, adviceSteps) },
  );
  const hint = warnings[0]?.message ?? hintOf(source, sample) ?? advice[0]?.message;
  const notes = [...warnings, ...advice];
  return {
    ...trial,
    ...(hint === undefined ? {} : { hint }),
    ...(notes.length === 0 ? {} : { notes }),
    ...(sample.beside ? { beside: sample.beside } : {}),
  };
}

/** What is always so shows soon. */
const adviceSteps = 50_000;

/** What the siblings give, as far as they give anything. */
function withBeside(sample: TrySample, limits: ExpressionLimits): TrySample {
  const beside: Record<string, unknown> = {};
  for (const [name, { source, sample: other }] of Object.entries(sample.siblings ?? {})) {
    const trial = tryExpression({ source, sample: other, now: other.at }, limits);
    if (trial.outcome === "result" && trial.value !== undefined) beside[name] = trial.value;
  }
  return Object.keys(beside).length === 0 ? sample : { ...sample, beside };
}

type Evaluated = Extract<Trial, { outcome: "result" | "failed" }>;

function evaluate(run: () => unknown): Evaluated {
  try {
    const value = run();
    return { outcome: "result", text: value === undefined ? "no result" : resultText(value), value };
  } catch (error) {
    return { outcome: "failed", ...reasonOf(error) };
  }
}

/** The most common slip is to leave out `payload.`; and some nodes know names that only exist while they run. */
function hintOf(source: string, sample: TrySample): string | undefined {
  const unknown = rootNames(source).find((name) => !(name in inputOf(sample)));
  if (unknown === undefined) return undefined;
  const { payload } = sample;
  const inPayload = payload !== null && typeof payload === "object" && Object.hasOwn(payload, unknown);
  return inPayload ? `Did you mean payload.${unknown}?` : `Tried without “${unknown}”, which no message has.`;
}

/** A mistake of the expression's in its own words; anything else is ours, and is shown instead of ending the editor. */
function reasonOf(error: unknown): { text: string; position: number | undefined } {
  if (error instanceof ExpressionError) return { text: error.message, position: error.position };
  return { text: `Millrace could not evaluate this: ${String(error)}`, position: undefined };
}

function resultText(value: unknown): string {
  return typeof value === "string" ? `"${valueText(value, 200)}"` : valueText(value, 200);
}
