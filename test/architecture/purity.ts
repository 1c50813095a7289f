/** What the core, the node types and the protocol may not touch: anything that answers differently when asked twice. */
import { lineOf, type Source, visit } from "./sources.ts";

/** Globals of the language or of a host that bring in a clock, chance, a locale, scheduling or the outside. */
const impureGlobals = new Set([
  "Date",
  "Intl",
  "WeakRef",
  "FinalizationRegistry",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "performance",
  "crypto",
  "console",
  "fetch",
  "Buffer",
]);

/** Members whose result depends on the machine, whatever they are called on. */
const impureMembers = /^(toLocale\w*|localeCompare)$/;

/** @returns a line per use, such as `runtime/core/x.ts:12 uses Date` */
export function impurities(source: Source): readonly string[] {
  const found: string[] = [];
  const report = (offset: number, what: string) =>
    found.push(`${source.path}:${lineOf(source, offset)} uses ${what}`);
  /** Names that only label something: `clock.Date`, `{ Date: 1 }`. */
  const labels = new Set<number>();
  visit(source, {
    MemberExpression(node) {
      const { object, property, computed } = node;
      if (computed || property.type !== "Identifier") return;
      labels.add(property.start);
      if (impureMembers.test(property.name)) report(property.start, property.name);
      if (object.type === "Identifier" && object.name === "Math" && property.name === "random") {
        report(object.start, "Math.random");
      }
    },
    Property(node) {
      if (!node.computed && !node.shorthand) labels.add(node.key.start);
    },
    Identifier(node) {
      if (impureGlobals.has(node.name) && !labels.has(node.start)) report(node.start, node.name);
    },
  });
  return found;
}
