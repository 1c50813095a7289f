/**
 * Algebra of MQTT topic filters (MQTT 5 section 4.7): which filters make others superfluous, and which may receive the
 * same message. Brokers may deliver one copy per matching subscription (section 3.3.4), so a connection subscribes to a
 * cover: a set without redundant filters that matches the same topics.
 */
export interface WantedFilter {
  readonly filter: string;
  readonly qos: 0 | 1 | 2;
  /** Retained messages are wanted when the subscription starts. */
  readonly retained: boolean;
}

/**
 * The filters to subscribe to: none is covered by another one, and each carries the highest QoS and the wish for
 * retained messages of all it stands for.
 */
export function coverOf(wanted: readonly WantedFilter[]): Map<string, WantedFilter> {
  const merged = new Map<string, WantedFilter>();
  for (const each of wanted) merged.set(each.filter, merge(each, merged.get(each.filter)));
  const wild = [...merged.keys()].filter(isWild).map((filter) => ({ filter, levels: filter.split("/") }));
  const cover = new Map<string, WantedFilter>();
  const covered = new Map<string, { readonly by: string; readonly wanted: WantedFilter }>();
  for (const each of merged.values()) {
    const levels = each.filter.split("/");
    const by = wild.find((wide) => wide.filter !== each.filter && levelsCover(wide.levels, levels));
    if (by) covered.set(each.filter, { by: by.filter, wanted: each });
    else cover.set(each.filter, each);
  }
  for (const { by, wanted: each } of covered.values()) {
    let top = by;
    // Covering is transitive and has no cycles: this ends at a filter that stays.
    for (let next = covered.get(top); next; next = covered.get(top)) top = next.by;
    cover.set(top, merge(each, cover.get(top), top));
  }
  return cover;
}

/** Does every topic that `narrow` matches also match `wide`? Both split into levels; a topic is a filter of its own. */
export function levelsCover(wide: readonly string[], narrow: readonly string[]): boolean {
  if (hidesSystem(wide) && narrow[0]!.startsWith("$")) return false;
  for (let i = 0; i < wide.length; i++) {
    const level = wide[i]!;
    if (level === "#") return true;
    const other = narrow[i];
    if (other === undefined || other === "#") return false;
    if (level !== "+" && level !== other) return false;
  }
  return wide.length === narrow.length;
}

/** Is there a topic that both filters match? Both split into levels. */
export function levelsOverlap(a: readonly string[], b: readonly string[]): boolean {
  if ((hidesSystem(a) && b[0]!.startsWith("$")) || (hidesSystem(b) && a[0]!.startsWith("$"))) return false;
  for (let i = 0; ; i++) {
    const x = a[i];
    const y = b[i];
    if (x === "#" || y === "#") return true;
    if (x === undefined || y === undefined) return x === y;
    if (x !== y && x !== "+" && y !== "+") return false;
  }
}

/** A leading wildcard does not match topics that start with `$` (section 4.7.2). */
function hidesSystem(levels: readonly string[]): boolean {
  return levels[0] === "#" || levels[0] === "+";
}

function isWild(filter: string): boolean {
  return filter.includes("+") || filter.includes("#");
}

function merge(one: WantedFilter, other: WantedFilter | undefined, filter = one.filter): WantedFilter {
  const qos = other && other.qos > one.qos ? other.qos : one.qos;
  return { filter, qos, retained: one.retained || (other?.retained ?? false) };
}
