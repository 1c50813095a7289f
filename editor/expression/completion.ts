/**
 * What can stand at a place in an expression: fields of the newest message with the values they have now, the parts
 * of a message, and built-in functions. Works on text alone; the editor turns it into CodeMirror's completions.
 */
import { valueText } from "../live/words.ts";
import { builtIns } from "./functions.ts";
import { inputOf, type TrySample } from "./trySample.ts";

export interface Suggestion {
  /** What is matched against the typed text and, unless it is a call, inserted. */
  readonly label: string;
  readonly kind: "field" | "root" | "function";
  /** Shown beside: the present value and type, or the arguments. */
  readonly detail: string;
  readonly info?: string;
}

export interface Suggestions {
  /** Where the text starts that a suggestion replaces. */
  readonly from: number;
  readonly options: readonly Suggestion[];
}

/** @returns undefined where nothing fits, as inside a string */
export function suggestionsAt(
  source: string,
  offset: number,
  sample: TrySample | undefined,
): Suggestions | undefined {
  const before = source.slice(0, offset);
  if (insideText(before)) return undefined;
  const call = /\$\w*$/.exec(before);
  if (call) return { from: call.index, options: functionSuggestions };
  const path =
    /(?:(?:[A-Za-z_]\w*|`[^`]*`)(?:\[[^[\]]*\])*\.)*(?:[A-Za-z_]\w*|`[^`]*)?$/.exec(before)?.[0] ?? "";
  if (path === "" && /[\w)\]}.`]$/.test(before)) return undefined;
  const steps = path.match(/[A-Za-z_]\w*(?=[.[])|`[^`]*`(?=[.[])/g) ?? [];
  const typed = path.slice(path.lastIndexOf(".") + 1);
  const from = offset - typed.length;
  if (!path.includes(".")) {
    return {
      from,
      options: [...rootSuggestions(sample), ...leafSuggestions(sample), ...functionSuggestions],
    };
  }
  const owner = steps.reduce<unknown>((value, step) => fieldOf(value, bare(step)), sample && inputOf(sample));
  return { from, options: fieldSuggestions(owner) };
}

const roots: readonly (readonly [keyof TrySample, string])[] = [
  ["payload", "What the device sent."],
  ["key", "Whose message it is, usually the device."],
  ["topic", "The MQTT topic it came on."],
  ["params", "Named levels of the topic: sensors/{room} gives params.room."],
  ["time", "When it was measured, in milliseconds since 1970."],
];

const functionSuggestions: readonly Suggestion[] = builtIns.map((each) => ({
  label: each.name,
  kind: "function",
  detail: each.signature,
  info: each.own ? `${each.purpose} Millrace's own.` : each.purpose,
}));

function rootSuggestions(sample: TrySample | undefined): Suggestion[] {
  const beside = Object.entries(sample?.beside ?? {}).map(([label, value]) => ({
    label,
    kind: "root" as const,
    detail: describe(value),
  }));
  const ofMessage = roots.map(([name, info]) => ({
    label: name,
    kind: "root" as const,
    detail: sample === undefined ? "" : describe(sample[name]),
    info,
  }));
  return [...ofMessage, ...beside];
}

/** `payload.temperature` and `params.room` as wholes: the shortest way to what people mostly want. */
function leafSuggestions(sample: TrySample | undefined): Suggestion[] {
  const input = sample && inputOf(sample);
  return ["payload", "params", ...Object.keys(sample?.beside ?? {})].flatMap((root) =>
    fieldSuggestions(input?.[root]).map((each) => ({ ...each, label: `${root}.${each.label}` })),
  );
}

function fieldSuggestions(owner: unknown): Suggestion[] {
  const item = firstItem(owner);
  if (item === null || typeof item !== "object") return [];
  return Object.entries(item)
    .slice(0, fieldsMax)
    .map(([name, value]) => ({ label: quoted(name), kind: "field" as const, detail: describe(value) }));
}

const fieldsMax = 200;

/** JSONata steps through arrays by itself, so a path that meets one goes on in its items. */
function firstItem(value: unknown): unknown {
  return Array.isArray(value) ? firstItem(value[0]) : value;
}

function fieldOf(value: unknown, name: string): unknown {
  const item = firstItem(value);
  if (item === null || typeof item !== "object" || !Object.hasOwn(item, name)) return undefined;
  return (item as Record<string, unknown>)[name];
}

function describe(value: unknown): string {
  if (value === undefined) return "";
  const text = valueText(value, 24);
  return typeof value === "string" ? `“${text}” · text` : `${text} · ${typeWord(value)}`;
}

export function typeWord(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  return typeof value === "string" ? "text" : typeof value;
}

function quoted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !reserved.has(name) ? name : `\`${name}\``;
}

const reserved: ReadonlySet<string> = new Set(["and", "or", "in"]);

function bare(step: string): string {
  return step.startsWith("`") ? step.slice(1, -1) : step;
}

/** Is the end of this text inside a string or a comment? */
function insideText(before: string): boolean {
  const rest = before.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\/\*[\s\S]*?\*\//g, "");
  return /["']|\/\*/.test(rest);
}
