import { jsonMistake } from "../../runtime/core/jsonMistake.ts";

export type JsonReading = { readonly value: unknown } | { readonly problem: string };

/** Reads a literal JSON value; what is wrong is said with its line, in the same words in every browser. */
export function readJson(text: string): JsonReading {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { problem: `${jsonMistake(text)} The last readable value stays in use.` };
  }
}

export function jsonText(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value, null, 2);
}
