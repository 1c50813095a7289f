/** Whose state a keyed node keeps apart, from its "per" setting: "per device", "all together", "per params.room". */
export function perText(config: Readonly<Record<string, unknown>>): string {
  if (config.per === "all") return "all together";
  if (config.per !== "value") return "per device";
  const value = typeof config.perValue === "string" ? config.perValue.trim() : "";
  const level = /^params\.(\w+)$/.exec(value)?.[1];
  return `per ${level ?? (value === "" ? "value" : value)}`;
}
