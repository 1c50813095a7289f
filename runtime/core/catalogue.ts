import type { AnyNodeType } from "./nodeType.ts";

/** The node types a runtime knows, by type name. */
export type Catalogue = ReadonlyMap<string, AnyNodeType>;

/** @throws Error when two node types have one name: a mistake of ours */
export function createCatalogue(types: readonly AnyNodeType[]): Catalogue {
  const catalogue = new Map<string, AnyNodeType>();
  for (const type of types) {
    if (catalogue.has(type.type)) throw new Error(`two node types are called ${type.type}`);
    catalogue.set(type.type, type);
  }
  return catalogue;
}
