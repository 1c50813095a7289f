/** Is a parsed JSON value nested deeper than `depthMax` levels? Never recurses deeper than that. */
export function jsonDepthExceeds(value: unknown, depthMax: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depthMax === 0) return true;
  for (const each of Array.isArray(value) ? value : Object.values(value)) {
    if (jsonDepthExceeds(each, depthMax - 1)) return true;
  }
  return false;
}

/**
 * Does a value hold a number that JSON can write and no number can hold, such as 1e999? It is read as infinity, and every record of
 * it would say null.
 * @param text what the value was read from: only one that writes a long number is looked through
 */
export function holdsHugeNumber(value: unknown, text: string): boolean {
  if (!/[eE]\+?\d\d|\d{300}/.test(text)) return false;
  const open = [value];
  while (open.length > 0) {
    const each = open.pop();
    if (typeof each === "number" && !Number.isFinite(each)) return true;
    if (typeof each === "object" && each !== null) for (const inner of Object.values(each)) open.push(inner);
  }
  return false;
}

/**
 * Is a JSON value, written as text, longer than about `max` characters? Parts that occur in several places count in each, as they
 * would in the text; the work ends at the bound, whatever the value.
 */
export function jsonSizeExceeds(value: unknown, max: number): boolean {
  return room(value, max, jsonNestingMax) < 0;
}

/** Deeper values count as larger than any bound, so that looking at them is safe. */
const jsonNestingMax = 1_000;

/** What is left of `max`; negative when it is too little. */
function room(value: unknown, max: number, depth: number): number {
  if (typeof value === "string") return max - value.length - 2;
  if (typeof value !== "object" || value === null) return max - 5;
  if (depth === 0) return -1;
  let left = max - 2;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && left >= 0; index++)
      left = room(value[index], left - 1, depth - 1);
    return left;
  }
  for (const [name, each] of Object.entries(value)) {
    if (left < 0) break;
    left = room(each, left - name.length - 4, depth - 1);
  }
  return left;
}
