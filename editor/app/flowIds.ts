/** An id for a new flow, made from its name: "Too warm?" is `too-warm`, the next one `too-warm-2`. */
export function freshFlowId(name: string, taken: readonly string[]): string {
  const words = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 48);
  const base = words === "" ? "flow" : words;
  const all = new Set(taken);
  if (!all.has(base)) return base;
  let number = 2;
  while (all.has(`${base}-${number}`)) number++;
  return `${base}-${number}`;
}
