import type { NumberedLine } from "../live/debugRing.ts";

/** Does every word of the filter occur in the node's title, key, topic or payload? Capitals do not matter. */
export function matchesFilter(line: NumberedLine, nodeTitle: string, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = [nodeTitle, line.key, line.topic, JSON.stringify(line.payload) ?? ""].join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}
