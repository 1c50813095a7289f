/** The subset of JSON Schema that core/schema.ts produces, as far as it says of what kind a value is. */
interface Kind {
  readonly type?: "string" | "number" | "integer" | "boolean" | "object" | "array";
  readonly properties?: Readonly<Record<string, Kind>>;
  readonly items?: Kind;
}

/**
 * A config without the values that are of another kind than its schema says, groups included: what is left can be
 * half-filled, and nothing worse. In lists empty ones stand in their place. For whoever has to look at a config before it is known to be valid.
 */
export function shaped(schema: object, config: unknown): Record<string, unknown> {
  return (shape(schema as Kind, config) ?? {}) as Record<string, unknown>;
}

function shape(kind: Kind, value: unknown): unknown {
  const { items, properties = {} } = kind;
  switch (kind.type) {
    case "array":
      if (!Array.isArray(value)) return undefined;
      return items ? value.map((each) => shape(items, each) ?? empty[items.type ?? "object"]) : value;
    case "object": {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
      const kept = Object.entries(value).map(([name, each]) => {
        const property = Object.hasOwn(properties, name) ? properties[name]! : {};
        return [name, shape(property, each)] as const;
      });
      return Object.fromEntries(kept.filter(([, each]) => each !== undefined));
    }
    case "integer":
      return typeof value === "number" ? value : undefined;
    case undefined:
      return value;
    default:
      return typeof value === kind.type ? value : undefined;
  }
}

const empty = { string: "", number: 0, integer: 0, boolean: false, object: {}, array: [] } as const;
