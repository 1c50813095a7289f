import { Fault } from "../fault.ts";
import type { Run } from "../frame.ts";
import { FunctionValue, PatternValue } from "../functionValue.ts";
import { createSequence } from "../values.ts";
import { type Definitions, define } from "./define.ts";

/** Functions that look for text or a pattern in a text. A pattern is a function that yields a match. */
export const matchingFunctions: Definitions = [
  define("contains", 2, "<s-(sf):b>", (run, text, token) => {
    if (text === undefined || token === undefined) return undefined;
    if (typeof token === "string") return (text as string).includes(token);
    if (token instanceof PatternValue) return token.test(text as string, run);
    return firstMatch(token, text, run) !== undefined;
  }),
  define("match", 3, "<s-f<s:o>n?:a<o>>", (run, text, pattern, limit) => {
    if (text === undefined) return undefined;
    if (isNegative(limit)) throw new Fault("D3040", { value: limit });
    const results = createSequence();
    for (const match of matches(pattern, text as string, limit, run)) {
      results.push({ match: match.match, index: match.start, groups: match.groups });
    }
    return results;
  }),
  define("split", 3, "<s-(sf)n?:a<s>>", (run, text, separator, limit) => {
    if (text === undefined) return undefined;
    if (isNegative(limit)) throw new Fault("D3020", { value: limit });
    return split(text as string, separator, limit as number | undefined, run);
  }),
  define("replace", 4, "<s-(sf)(sf)n?:s>", (run, text, pattern, replacement, limit) => {
    if (text === undefined) return undefined;
    if (pattern === "") throw new Fault("D3010", { value: pattern });
    // The reference writes "undefined", or the source of its own function, into the text here.
    const isText = typeof replacement === "string";
    if (!isText && (typeof pattern === "string" || replacement === undefined)) {
      throw new Fault("T0410", { value: replacement, index: 3 });
    }
    if (isNegative(limit)) throw new Fault("D3011", { value: limit });
    return typeof pattern === "string"
      ? replaceText(text as string, pattern, String(replacement), limit as number | undefined, run)
      : replaceMatches(text as string, pattern, replacement, limit, run);
  }),
];

/** What a pattern yields: JSONata lets authors write such functions themselves. */
export interface Match {
  readonly match: string;
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
  readonly next: FunctionValue;
}

function* matches(pattern: unknown, text: string, limit: unknown, run: Run): Generator<Match> {
  const most = limit === undefined ? Number.POSITIVE_INFINITY : (limit as number);
  if (!(most > 0)) return;
  let match = firstMatch(pattern, text, run);
  for (let count = 0; match !== undefined && count < most; count++) {
    run.charge(1);
    yield match;
    match = checked(match.next.call([], run, null));
  }
}

function firstMatch(pattern: unknown, text: unknown, run: Run): Match | undefined {
  if (!(pattern instanceof FunctionValue)) throw new Fault("T1010");
  return checked(pattern.call([text], run, null));
}

function checked(match: unknown): Match | undefined {
  if (match === undefined || match === null || match === false || match === "" || match === 0)
    return undefined;
  const { start, end, groups, next, match: text } = match as Partial<Match>;
  const complete =
    typeof text === "string" && typeof start === "number" && typeof end === "number" && Array.isArray(groups);
  if (!complete || !(next instanceof FunctionValue)) throw new Fault("T1010");
  return match as Match;
}

function split(text: string, separator: unknown, limit: number | undefined, run: Run): string[] {
  if (limit !== undefined && !(limit > 0)) return [];
  if (typeof separator === "string") {
    const parts = text.split(separator, limit);
    run.chargeArray(parts.length);
    return parts;
  }
  const parts: string[] = [];
  let start = 0;
  for (const match of matches(separator, text, limit, run)) {
    parts.push(text.slice(start, match.start));
    start = match.end;
  }
  if (limit === undefined || parts.length < limit) parts.push(text.slice(start));
  return parts;
}

function replaceText(
  text: string,
  pattern: string,
  replacement: string,
  limit: number | undefined,
  run: Run,
): string {
  let result = "";
  let position = 0;
  let at = text.indexOf(pattern);
  for (let count = 0; at >= 0 && (limit === undefined || count < limit); count++) {
    result += text.slice(position, at) + replacement;
    position = at + pattern.length;
    run.charge(1);
    run.chargeText(result.length);
    at = text.indexOf(pattern, position);
  }
  return result + text.slice(position);
}

function replaceMatches(
  text: string,
  pattern: unknown,
  replacement: unknown,
  limit: unknown,
  run: Run,
): string {
  let result = "";
  let position = 0;
  for (const match of matches(pattern, text, limit, run)) {
    const replaced =
      replacement instanceof FunctionValue
        ? replacement.call([match], run, null)
        : substitute(String(replacement), match);
    if (typeof replaced !== "string") throw new Fault("D3012", { value: replaced });
    result += text.slice(position, match.start) + replaced;
    run.chargeText(result.length);
    position = match.start + match.match.length;
  }
  return result + text.slice(position);
}

/** Fills in `$0`, `$1`, … and `$$`. A `$` before anything else stands for itself. */
function substitute(template: string, match: Match): string {
  let result = "";
  let position = 0;
  for (let at = template.indexOf("$"); at >= 0; at = template.indexOf("$", position)) {
    result += template.slice(position, at);
    position = at + 1;
    const next = template[position];
    if (next === "$" || next === "0") {
      result += next === "$" ? "$" : match.match;
      position++;
      continue;
    }
    const group = groupAt(template, position, match.groups.length);
    if (group === undefined) result += "$";
    else {
      result += match.groups[group - 1] ?? "";
      position += String(group).length;
    }
  }
  return result + template.slice(position);
}

/** The group number at a position: as many digits as the count of groups has, fewer if that many name no group. */
function groupAt(template: string, position: number, count: number): number | undefined {
  const digits = count === 0 ? 1 : String(count).length;
  let group = Number.parseInt(template.slice(position, position + digits), 10);
  if (digits > 1 && group > count)
    group = Number.parseInt(template.slice(position, position + digits - 1), 10);
  return Number.isNaN(group) ? undefined : group;
}

function isNegative(limit: unknown): boolean {
  return typeof limit === "number" && limit < 0;
}
