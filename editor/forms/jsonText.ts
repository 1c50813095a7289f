import { holdsHugeNumber } from "../../runtime/core/json.ts";
import { jsonMistake } from "../../runtime/core/jsonMistake.ts";

export type JsonReading = { readonly value: unknown } | { readonly problem: string };

/** Reads a literal JSON value; what is wrong is said with its line, in the same words in every browser. */
export function readJson(text: string): JsonReading {
  try {
    const value: unknown = JSON.parse(text);
    if (!holdsHugeNumber(value, text)) return { value };
    return {
      problem: "A number lies beyond ±1.8e308, the largest there is. The last readable value stays in use.",
    };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { problem: `${jsonMistake(text)} The last readable value stays in use.` };
  }
}

export function jsonText(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value, null, 2);
}
