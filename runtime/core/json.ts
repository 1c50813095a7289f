/** Is a parsed JSON value nested deeper than `depthMax` levels? Never recurses deeper than that. */
export function jsonDepthExceeds(value: unknown, depthMax: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depthMax === 0) return true;
  for (const each of Array.isArray(value) ? value : Object.values(value)) {
    if (jsonDepthExceeds(each, depthMax - 1)) return true;
  }
  return false;
}
