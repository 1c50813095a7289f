import { compileExpression } from "../../runtime/core/expression/compile.ts";
import { ExpressionError, type ExpressionWarning } from "../../runtime/core/expression/expression.ts";
import { bytesText, valueText } from "../live/words.ts";
import { rootNames } from "./roots.ts";
import { inputOf, type TrySample } from "./trySample.ts";

/** What became of an expression tried on a message. */
export type Trial =
  | { readonly outcome: "empty" }
  /** It does not compile. */
  | { readonly outcome: "mistake"; readonly text: string; readonly position: number | undefined }
  /** It compiles, and there is nothing to try it on; `text` says why. */
  | { readonly outcome: "untried"; readonly text: string; readonly warnings?: readonly ExpressionWarning[] }
  | {
      readonly outcome: "result";
      readonly text: string;
      readonly value: unknown;
      /** Why the result may not be what was meant: a name that no message has. */
      readonly hint?: string;
    }
  /** It compiles, and fails on this message. */
  | { readonly outcome: "failed"; readonly text: string };

/**
 * Compiles and evaluates as the runtime would, on the newest message.
 * @param now the evaluation's clock, ms since epoch
 */
export function tryExpression(source: string, sample: TrySample | undefined, now: number): Trial {
  if (source.trim() === "") return { outcome: "empty" };
  try {
    const compiled = compileExpression(source);
    if (!sample) {
      const text = "No message yet. The result appears here when one arrives.";
      return compiled.warnings.length === 0
        ? { outcome: "untried", text }
        : { outcome: "untried", text, warnings: compiled.warnings };
    }
    if (sample.payloadBytes !== undefined) {
      const size = bytesText(sample.payloadBytes);
      return { outcome: "untried", text: `The last message is too large to try it on here (${size}).` };
    }
    const trial = evaluate(() => compiled.evaluate(inputOf(sample), { now }));
    if (trial.outcome !== "result") return trial;
    const hint = compiled.warnings[0]?.message ?? hintOf(source, sample);
    return hint === undefined ? trial : { ...trial, hint };
  } catch (error) {
    const position = error instanceof ExpressionError ? error.position : undefined;
    return { outcome: "mistake", text: reasonOf(error), position };
  }
}

function evaluate(run: () => unknown): Trial {
  try {
    const value = run();
    return { outcome: "result", text: value === undefined ? "no result" : resultText(value), value };
  } catch (error) {
    return { outcome: "failed", text: reasonOf(error) };
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
function reasonOf(error: unknown): string {
  return error instanceof ExpressionError
    ? error.message
    : `Millrace could not evaluate this: ${String(error)}`;
}

function resultText(value: unknown): string {
  return typeof value === "string" ? `"${valueText(value, 200)}"` : valueText(value, 200);
}
