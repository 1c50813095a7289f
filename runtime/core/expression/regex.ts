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
  const matcher = new Matcher(node);
  const matchFrom = (text: string, from: number, run: Run): unknown => {
    const found = matcher.find(text, from, run);
    if (found === undefined) return undefined;
    const { index: start, end, groups } = found;
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
    (text, run) => matcher.test(text, run),
  );
  return () => pattern;
}

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
    );
  }

  private program(): Program {
    this.compiled ??= compilePattern(this.pattern, this.regex.ignoreCase);
    return this.compiled;
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
