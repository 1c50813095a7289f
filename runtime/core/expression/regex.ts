import type { RegexNode } from "./ast.ts";
import { ExpressionError } from "./expression.ts";
import { Fault } from "./fault.ts";
import type { Code, Run } from "./frame.ts";
import { FunctionValue, PatternValue } from "./functionValue.ts";
import { backtrackingMax } from "./pattern/cost.ts";
import { type Captures, findMatch } from "./pattern/match.ts";
import { compilePattern, type Program } from "./pattern/program.ts";
import { type Pattern, PatternRefusal, parsePattern } from "./pattern/syntax.ts";

/**
 * Compiles `/pattern/flags` to a function from a text to its first match; the match's `next` finds the one after it.
 * @throws ExpressionError EXPR_UNSUPPORTED for what cannot be matched in linear time
 */
export function compileRegex(node: RegexNode): Code {
<<<<<<< HEAD
  const matcher = new Matcher(node);
  const matchFrom = (text: string, from: number, run: Run): unknown => {
    const found = matcher.find(text, from, run);
    if (found === undefined) return undefined;
    const { index: start, end, groups } = found;
=======
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
>>>>>>> main
    const next = new FunctionValue(0, undefined, (_, run) => {
      if (end >= text.length) return undefined;
      const following = matchFrom(text, end, run);
      if ((following as { match: string } | undefined)?.match === "") {
        throw new Fault("D1004", { value: node.value.source }, node.position);
      }
      return following;
    });
    run.nested = true;
    return { match: text.slice(start, end), start, end, groups, next };
  };
  const pattern = new PatternValue(
    (text, run) => matchFrom(text, 0, run),
<<<<<<< HEAD
    (text, run) => matcher.test(text, run),
=======
    (text, run) => {
      checkLength(text, run, lengthMax);
      regex.lastIndex = 0;
      return regex.test(text);
    },
>>>>>>> main
  );
  return () => pattern;
}

<<<<<<< HEAD
interface Found {
  readonly index: number;
  readonly end: number;
  readonly groups: (string | undefined)[];
}

/**
 * The host's engine is the fastest and backtracks; ours takes linear time. A text goes to the host where even the most
 * ways it could take through the pattern are few. Both find the same match.
 */
class Matcher {
  private readonly regex: RegExp;
  private readonly pattern: Pattern;
  /** Compiled when a text first needs it: most never do. */
  private compiled: Program | undefined;
  constructor({ value, position }: RegexNode) {
    this.regex = new RegExp(value.source, value.flags);
    try {
      this.pattern = parsePattern(value.source);
      // A pattern that only the host could match for short texts would fail on the first long one.
      if (backtrackingMax(this.pattern.root, 1) > hostWaysMax) this.program();
    } catch (thrown) {
      throw thrown instanceof PatternRefusal ? refused(thrown, value, position) : thrown;
    }
  }

  find(text: string, from: number, run: Run): Found | undefined {
    if (!this.suitsHost(text.length - from, run)) return found(this.search(text, from, run), text);
    this.regex.lastIndex = from;
    const match = this.regex.exec(text);
    if (match === null) return undefined;
    return { index: match.index, end: match.index + match[0].length, groups: match.slice(1) };
  }

  test(text: string, run: Run): boolean {
    if (!this.suitsHost(text.length, run)) return this.search(text, 0, run) !== undefined;
    this.regex.lastIndex = 0;
    return this.regex.test(text);
  }

  private suitsHost(length: number, run: Run): boolean {
    const ways = backtrackingMax(this.pattern.root, length);
    if (ways > hostWaysMax) return false;
    run.charge(1 + (ways >> 5));
    return true;
  }

  private search(text: string, from: number, run: Run): Captures | undefined {
    return findMatch(this.program(), text, from, this.regex.multiline, (visits) =>
      run.charge(1 + (visits >> 3)),
=======
/** @throws Fault EXPR_LIMIT */
function checkLength(text: string, run: Run, lengthMax: number): void {
  const most = Math.min(lengthMax, run.limits.regexInputLengthMax);
  if (text.length > most) {
    throw limitFault(
      most < run.limits.regexInputLengthMax
        ? `it matches a text of more than ${most} characters to a pattern with so many repetitions`
        : `it matches a text of more than ${most} characters to a pattern`,
>>>>>>> main
    );
  }

<<<<<<< HEAD
  private program(): Program {
    this.compiled ??= compilePattern(this.pattern, this.regex.ignoreCase);
    return this.compiled;
=======
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
>>>>>>> main
  }
}

/** A way costs the host some nanoseconds: together not more than about a hundred steps of an evaluation per thousand. */
const hostWaysMax = 50_000;

function found(captures: Captures | undefined, text: string): Found | undefined {
  if (captures === undefined) return undefined;
  const groups: (string | undefined)[] = [];
  for (let slot = 2; slot < captures.length; slot += 2) {
    groups.push(captures[slot]! < 0 ? undefined : text.slice(captures[slot], captures[slot + 1]));
  }
  return { index: captures[0]!, end: captures[1]!, groups };
}

function refused(
  { construct }: PatternRefusal,
  regex: RegExp,
  position: number | undefined,
): ExpressionError {
  const text = `A pattern cannot use ${construct}: it could take endless time. It is in /${regex.source}/`;
  return new ExpressionError("EXPR_UNSUPPORTED", text, position);
}
