/**
 * A short text that is the same for equal JSON values, whatever the order of an object's fields, and differs for others.
 *
 * Values up to 64 characters stand for themselves. Longer ones become their length and 106 bits of hash (cyrb53 by
 * bryc, public domain, with two seeds): among a billion values the chance of any two colliding is below 1 in 10^13.
 */
export function fingerprint(value: unknown): string {
  const text = canonical(value);
  if (text.length <= plainMax) return text;
  return `#${text.length}:${hashText(text)}`;
}

/** The hash alone, for any value: letters and digits, at most 22. */
export function digest(value: unknown): string {
  return hashText(canonical(value));
}

const plainMax = 64;

/** JSON with the fields of objects in order of their names. */
function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(",")}}`;
}

function hashText(text: string): string {
  return hash53(text, 0).toString(36) + hash53(text, 0x9e3779b9).toString(36);
}

function hash53(text: string, seed: number): number {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
