/**
 * Patterns as vectors write them, in Flink's words: `a followedByAny b+ consecutive until(u) next c{2,3} notFollowedBy d`.
 *
 * A step is a name with what follows it: `+ * ? {n} {n,} {n,m}`, greedy, optional, consecutive, allowCombinations,
 * until(letters). It wants messages whose id begins with its name, or with one of the letters behind it: `start:a|b`.
 */
export function patternSteps(text: string): Record<string, unknown>[] {
  const [first, ...rest] = text.trim().split(/\s+(next|followedByAny|followedBy|notNext|notFollowedBy)\s+/);
  const steps = [step(first!, "later")];
  for (let index = 0; index < rest.length; index += 2)
    steps.push(step(rest[index + 1]!, comes[rest[index]!]!));
  return steps;
}

/** Flink's skip strategies: `SKIP_TO_FIRST[name]`. */
export function skipConfig(text: string): object {
  const [, name = "", fromStep] = /^([A-Z_]+)(?:\[(\w+)\])?$/.exec(text) ?? [];
  const afterMatch = Object.hasOwn(skips, name) ? skips[name] : undefined;
  if (!afterMatch) throw new Error(`${text} is no skip strategy.`);
  return { afterMatch, ...(fromStep ? { fromStep } : {}) };
}

const comes: Readonly<Record<string, string>> = {
  next: "next",
  followedBy: "later",
  followedByAny: "any",
  notNext: "notNext",
  notFollowedBy: "not",
};

const skips: Readonly<Record<string, string>> = {
  NO_SKIP: "none",
  SKIP_TO_NEXT: "next",
  SKIP_PAST_LAST_EVENT: "past",
  SKIP_TO_FIRST: "first",
  SKIP_TO_LAST: "last",
};

const stepText = /^(\w+)(?::(\w(?:\|\w)*))?((?:[+*?]|\{\d+(?:,\d*)?\})*)((?:\s+(?:[a-zA-Z]+(?:\(\w\))?))*)$/;

function step(text: string, how: string): Record<string, unknown> {
  const found = stepText.exec(text.trim());
  if (!found) throw new Error(`“${text}” is no step of a pattern.`);
  const [, name = "", letters = name, often = "", words = ""] = found;
  const result: Record<string, unknown> = { name, comes: how, when: oneOf(letters) };
  for (const [sign, count, comma, most] of often.matchAll(/[+*?]|\{(\d+)(,)?(\d*)\}/g)) {
    if (sign === "?") result.optional = true;
    else if (sign === "+" || sign === "*") Object.assign(result, { times: "atLeast", count: 1 });
    else if (!comma) Object.assign(result, { times: "exactly", count: Number(count) });
    else if (!most) Object.assign(result, { times: "atLeast", count: Number(count) });
    else Object.assign(result, { times: "range", count: Number(count), most: Number(most) });
    if (sign === "*" || count === "0") result.optional = true;
    if (count === "0") result.count = 1;
  }
  for (const word of words.split(/\s+/).filter(Boolean)) {
    const until = /^until\((\w)\)$/.exec(word);
    if (until) result.until = oneOf(until[1]!);
    else if (word === "greedy" || word === "optional") result[word] = true;
    else if (word === "consecutive") result.between = "next";
    else if (word === "allowCombinations") result.between = "any";
    else throw new Error(`“${word}” is no word of a pattern.`);
  }
  return result;
}

function oneOf(letters: string): string {
  const listed = letters.split("|").map((letter) => JSON.stringify(letter[0]));
  return `$substring(payload.id, 0, 1) in [${listed.join(", ")}]`;
}
