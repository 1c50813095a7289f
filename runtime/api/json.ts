/** Bodies from JSON text, with errors that say where. */
import { holdsHugeNumber, jsonDepthExceeds } from "../core/json.ts";
import { Refusal } from "../protocol/refusal.ts";
import { limits } from "./limits.ts";

/** @throws Refusal JSON_MALFORMED with line and column or for a number beyond what there is, JSON_TOO_DEEP */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw malformed(text, syntaxErrorAt(text));
  }
  if (jsonDepthExceeds(value, limits.jsonDepthMax)) {
    throw new Refusal("JSON_TOO_DEEP", `The body is nested deeper than ${limits.jsonDepthMax} levels.`);
  }
  if (holdsHugeNumber(value, text)) {
    throw new Refusal("JSON_MALFORMED", "The body has a number beyond ±1.8e308, the largest there is.");
  }
  return value;
}

/**
 * Where a text stops being JSON: JSON.parse itself tells it only sometimes, and differently in every version of Node.
 * @param text something JSON.parse refused
 * @returns offset of the first token that does not fit; the length of the text when it ends too early
 */
export function syntaxErrorAt(text: string): number {
  const open: ("{" | "[")[] = [];
  let want: Want = "value";
  const token = new RegExp(tokenPattern, "y");
  for (;;) {
    const start = skipSpace(text, token.lastIndex);
    token.lastIndex = start;
    const found = token.exec(text)?.[0];
    if (found === undefined) return start;
    const next = step(want, found, open);
    if (next === undefined) return start;
    want = next;
  }
}

type Want = "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "comma-or-end" | "nothing";

const tokenPattern =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these may not stand raw in a JSON string
  /[{}[\],:]|"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/;

/** @returns what may follow, or undefined when the token does not fit */
function step(want: Want, token: string, open: ("{" | "[")[]): Want | undefined {
  if (token === ":") return want === "colon" ? "value" : undefined;
  if (token === ",") {
    if (want !== "comma-or-end") return undefined;
    return open.at(-1) === "{" ? "key" : "value";
  }
  if (token === "}" || token === "]") {
    const fits = open.at(-1) === (token === "}" ? "{" : "[");
    if (!fits || !want.endsWith("-or-end")) return undefined;
    open.pop();
    return open.length === 0 ? "nothing" : "comma-or-end";
  }
  if (want === "key" || want === "key-or-end") return token.startsWith('"') ? "colon" : undefined;
  if (want !== "value" && want !== "value-or-end") return undefined;
  if (token === "{" || token === "[") {
    open.push(token);
    return token === "{" ? "key-or-end" : "value-or-end";
  }
  return open.length === 0 ? "nothing" : "comma-or-end";
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\r\n".includes(text[at]!)) at++;
  return at;
}

function malformed(text: string, at: number): Refusal {
  if (at >= text.length) return new Refusal("JSON_MALFORMED", "The body is not JSON: it ends too early.");
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const column = at - before.lastIndexOf("\n");
  const found = JSON.stringify(text.slice(at, at + 20));
  return new Refusal("JSON_MALFORMED", `The body is not JSON: line ${line}, column ${column}, at ${found}.`);
}
