export type JsonReading = { readonly value: unknown } | { readonly problem: string };

/** Reads a literal JSON value; what is wrong is said with its line, in the same words in every browser. */
export function readJson(text: string): JsonReading {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const line = lineOf(text, error.message);
    return {
      problem: `Not JSON${line === undefined ? "" : ` (line ${line})`}: texts and names need double quotes, no comma after the last item. The last readable value stays in use.`,
    };
  }
}

export function jsonText(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value, null, 2);
}

/** Engines name the place as "position 12" or "line 2 column 3"; undefined when they name none. */
function lineOf(text: string, message: string): number | undefined {
  const line = /line (\d+)/.exec(message)?.[1];
  if (line !== undefined) return Number(line);
  const position = /position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return text.slice(0, Number(position)).split("\n").length;
  return /end of JSON/i.test(message) ? text.split("\n").length : undefined;
}
