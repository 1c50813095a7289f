/**
 * A short text that is the same for equal JSON values, whatever the order of an object's fields, and differs for others.
 *
 * Values up to 64 characters stand for themselves; longer ones become their length and a hash of 128 bits. Good against
 * accidents, not against an adversary who looks for collisions.
 */
export function fingerprint(value: unknown): string {
  const text = canonical(value);
  if (text.length <= plainMax) return text;
  return `#${text.length}:${hashText(text)}`;
}

/** The hash alone, for any value: 28 letters and digits. */
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

/** Four lanes of FNV-1a over the UTF-16 units, each from another start and mixed once more at the end. */
function hashText(text: string): string {
  return laneSeeds.map((seed) => lane(text, seed).toString(36).padStart(7, "0")).join("");
}

const laneSeeds = [0x811c9dc5, 0x9e3779b9, 0x7f4a7c15, 0x2545f491] as const;
const fnvPrime = 0x01000193;

function lane(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), fnvPrime);
  hash = Math.imul(hash ^ (hash >>> 15), seed | 1);
  return (hash ^ (hash >>> 13)) >>> 0;
}
