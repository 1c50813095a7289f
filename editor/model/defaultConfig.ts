import { hintsOf, type TSchema } from "../../runtime/core/api.ts";

/** The config a new node starts with: what the schema gives defaults for. The rest is for the person to fill in. */
export function defaultConfig(schema: TSchema): Record<string, unknown> {
  const { properties = {}, required = [] } = schema as unknown as ObjectSchema;
  const config: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(properties)) {
    if (field.default !== undefined) config[name] = structuredClone(field.default);
    else if (hintsOf(field)?.widget === "group" && required.includes(name)) {
      config[name] = defaultConfig(field as unknown as TSchema);
    }
  }
  return config;
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { readonly default?: unknown }>>;
  readonly required?: readonly string[];
}
