import type { RegexNode } from "./ast.ts";
import { unsupported } from "./compiler.ts";
import { Fault, limitFault } from "./fault.ts";
import type { Code, Run } from "./frame.ts";
import { FunctionValue, PatternValue } from "./functionValue.ts";

/**
 * Compiles `/pattern/flags` to a function from a text to its first match; the match's `next` finds the one after it.
 * The host's engine backtracks, so a pattern that repeats a repetition is refused: it can take exponential time.
 */
export function compileRegex(node: RegexNode): Code {
  const { source, flags } = node.value;
  if (repeatsRepetition(source)) {
    throw unsupported(
      `a regular expression that repeats a group with repetitions or alternatives in it, /${source}/`,
      node.position,
    );
  }
  // One matcher an expression: evaluation is synchronous, and the search position is set before each use.
  const regex = new RegExp(source, flags);
  const lengthMax = inputLengthMax(backtrackingDegree(source, flags));
  const matchFrom = (text: string, from: number, run: Run): unknown => {
    checkLength(text, run, lengthMax);
    regex.lastIndex = from;
    const found = regex.exec(text);
    if (found === null) return undefined;
    const end = found.index + found[0].length;
    const after = regex.lastIndex;
    const next = new FunctionValue(0, undefined, (_, run) => {
      if (after >= text.length) return undefined;
      const following = matchFrom(text, after, run);
      if ((following as { match: string } | undefined)?.match === "") {
        throw new Fault("D1004", { value: source }, node.position);
      }
      return following;
    });
    run.nested = true;
    return { match: found[0], start: found.index, end, groups: found.slice(1), next };
  };
  const pattern = new PatternValue(
    (text, run) => matchFrom(text, 0, run),
    (text, run) => {
      checkLength(text, run, lengthMax);
      regex.lastIndex = 0;
      return regex.test(text);
    },
  );
  return () => pattern;
}

/** @throws Fault EXPR_LIMIT */
function checkLength(text: string, run: Run, lengthMax: number): void {
  const most = Math.min(lengthMax, run.limits.regexInputLengthMax);
  if (text.length > most) {
    throw limitFault(
      most < run.limits.regexInputLengthMax
        ? `it matches a text of more than ${most} characters to a pattern with so many repetitions`
        : `it matches a text of more than ${most} characters to a pattern`,
    );
  }
  run.charge(1 + (text.length >> 6));
}

/**
 * The degree d of the steps a search can take: n^d / d! for a text of n characters. One for where the match starts,
 * one for each unbounded repetition that can hand characters to what follows it. Those that cannot, such as `\\d+` in
 * front of a `:`, take one way alone, together one degree.
 */
function backtrackingDegree(source: string, flags: string): number {
  let ambiguous = 0;
  let plain = 0;
  for (let at = 0; at < source.length; ) {
    const end = source[at] === "[" ? endOfClass(source, at) + 1 : at + (source[at] === "\\" ? 2 : 1);
    const quantifier = quantifierAt(source, end);
    if (quantifier.unbounded) {
      if (isSeparated(source.slice(at, end), source.slice(end + quantifier.length), flags)) plain = 1;
      else ambiguous++;
    }
    at = end + quantifier.length;
  }
  return ambiguous + plain + (source.startsWith("^") && !source.includes("|") ? 0 : 1);
}

/** Does what follows a repetition begin with a character that the repeated atom cannot match, or is it the end? */
function isSeparated(atom: string, rest: string, flags: string): boolean {
  const following = rest.replace(/^\)+/, "");
  if (following === "") return true;
  const literal = /^(?:\\([^\w\s])|([^\\^$.*+?()[\]{}|]))(?![*?{])/.exec(following);
  if (literal === null || atom === ")") return false;
  return !new RegExp(`^(?:${atom})$`, flags.replace("g", "")).test(literal[1] ?? literal[2] ?? "");
}

/** The longest text for which n^degree / degree! stays within {@link backtrackingStepsMax}. */
function inputLengthMax(degree: number): number {
  let factorial = 1;
  for (let each = 2; each <= degree; each++) factorial *= each;
  return Math.floor((backtrackingStepsMax * factorial) ** (1 / Math.max(1, degree)));
}

/** About 0.2 s of the host's matcher. */
const backtrackingStepsMax = 50_000_000;

/** Whether an unbounded repetition applies to a group that holds another repetition or alternatives. */
function repeatsRepetition(source: string): boolean {
  const groups: { risky: boolean }[] = [{ risky: false }];
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    const group = groups.at(-1)!;
    let atom = { risky: false };
    if (character === "\\") at++;
    else if (character === "[") at = endOfClass(source, at);
    else if (character === "(") {
      groups.push({ risky: false });
      if (source[at + 1] === "?") at += 1;
      continue;
    } else if (character === ")" && groups.length > 1) atom = groups.pop()!;
    else if (character === "|") {
      group.risky = true;
      continue;
    }
    const quantifier = quantifierAt(source, at + 1);
    const owner = groups.at(-1)!;
    if (quantifier.length > 0) {
      if (quantifier.unbounded && atom.risky) return true;
      owner.risky = true;
      at += quantifier.length;
    } else {
      owner.risky ||= atom.risky;
    }
  }
  return false;
}

function endOfClass(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source[at] !== "]") at += source[at] === "\\" ? 2 : 1;
  return at;
}

/** A repetition of a fixed, small count cannot blow up by itself; everything else counts as unbounded. */
function quantifierAt(source: string, at: number): { length: number; unbounded: boolean } {
  const text = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(source.slice(at, at + 16))?.[0];
  if (text === undefined) return { length: 0, unbounded: false };
  if (text.startsWith("?")) return { length: text.length, unbounded: false };
  const counts = /^\{(\d+)(,?)(\d*)\}/.exec(text);
  if (counts === null) return { length: text.length, unbounded: true };
  const most =
    counts[2] === "" ? Number(counts[1]) : counts[3] === "" ? Number.POSITIVE_INFINITY : Number(counts[3]);
  return { length: text.length, unbounded: most > 4 };
}
