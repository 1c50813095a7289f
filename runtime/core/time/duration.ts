const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const part = /(\d+(?:\.\d+)?)\s*(ms|min|s|m|h|d)/gy;

/**
 * Parses what people write: `5m`, `5 min`, `1h 30m`, `250ms`, `0s`.
 * @returns integer milliseconds, or undefined when the text is not a duration
 */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  let total = 0;
  let end = 0;
  while (end < trimmed.length) {
    part.lastIndex = end;
    const found = part.exec(trimmed);
    if (!found) return undefined;
    total += Number(found[1]) * (unitMs[found[2]!] as number);
    end = part.lastIndex;
    while (trimmed[end] === " ") end++;
  }
  const rounded = Math.round(total);
  return end > 0 && Number.isSafeInteger(rounded) ? rounded : undefined;
}

/** The shortest exact spelling: 90000 is `1 min 30 s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return "0 s";
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, size] of [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1_000],
    ["ms", 1],
  ] as const) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count} ${unit}`);
    rest -= count * size;
  }
  return parts.join(" ");
}
