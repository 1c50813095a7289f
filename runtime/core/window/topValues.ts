/**
 * The most frequent values, in bounded memory: counts of 512 values, merged after Misra and Gries as in Agarwal et al.,
 * “Mergeable Summaries” (2012). Exact while no more than 512 different values occur; beyond, a count is too low by at
 * most a 512th of all messages, and never too high.
 */
import { canonicalText } from "./canonicalText.ts";
import type { Folding } from "./foldings.ts";

export const countedValuesMax = 512;

interface Partial {
  used: number;
  /** Messages by the value's JSON text. */
  counts: Record<string, number>;
}

/** @returns `[{ value, count }, …]`, the most frequent first, equally frequent ones by their text */
export function topValues(length: number): Folding {
  return {
    one: (value): Partial => ({ used: 1, counts: { [canonicalText(value)]: 1 } }),
    add: (partial, value) => note(partial as Partial, canonicalText(value), 1),
    merge: (a, b) => {
      const both: Partial = { used: (a as Partial).used, counts: { ...(a as Partial).counts } };
      for (const [text, number] of Object.entries((b as Partial).counts)) {
        if (both.counts[text] === undefined) both.used++;
        both.counts[text] = (both.counts[text] ?? 0) + number;
      }
      return shrink(both);
    },
    result: (partial) =>
      byFrequency((partial as Partial).counts)
        .slice(0, length)
        .map(([text, count]) => ({ value: JSON.parse(text), count })),
  };
}

function note(partial: Partial, text: string, number: number): Partial {
  if (partial.counts[text] === undefined) partial.used++;
  partial.counts[text] = (partial.counts[text] ?? 0) + number;
  return shrink(partial);
}

/** Takes from every count what the first surplus value has. */
function shrink(partial: Partial): Partial {
  if (partial.used <= countedValuesMax) return partial;
  const sorted = byFrequency(partial.counts);
  const surplus = sorted[countedValuesMax]![1];
  const kept = sorted.filter(([, count]) => count > surplus);
  partial.used = kept.length;
  partial.counts = Object.fromEntries(kept.map(([text, count]) => [text, count - surplus]));
  return partial;
}

function byFrequency(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
}
