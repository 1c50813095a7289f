/** The catalogue of node types as the API tells it: all of a definition that is data. */
import { type AnyNodeType, inputsOf, outputsOf } from "../core/nodeType.ts";
import type { NodeDescription } from "../protocol/http.ts";

/** @param defaultConfig of a type, for ports that depend on the config */
export function describeNodes(
  types: readonly AnyNodeType[],
  defaultConfig: (type: AnyNodeType) => Readonly<Record<string, unknown>>,
): NodeDescription[] {
  return types.map((type) => ({
    type: type.type,
    version: type.version,
    category: type.category,
    title: type.title,
    purpose: type.purpose,
    keywords: [...(type.keywords ?? [])],
    icon: type.icon,
    config: type.config,
    docs: type.docs,
    examples: type.examples,
    inputs: [...inputsOf(type, defaultConfig(type))],
    outputs: [...outputsOf(type, defaultConfig(type), false)],
    ...(type.button === undefined ? {} : { button: type.button }),
    keyed: type.keyed ?? false,
  }));
}
