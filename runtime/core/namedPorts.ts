import type { Port } from "./nodeType.ts";

/**
 * Ports for names that people gave. A port is called like its name, so that a wire stays with what it brings when others are
 * added, removed or moved. The ports have different names whatever people wrote.
 */
export function namedPorts(names: readonly string[]): Port[] {
  const taken = new Set<string>();
  return names.map((title, index) => {
    let name = title.trim().replace(/[^A-Za-z0-9_-]+/g, "-") || `in${index + 1}`;
    while (taken.has(name)) name += "_";
    taken.add(name);
    return { name, title: title.trim() || `input ${index + 1}` };
  });
}
