/** Who may import whom: arrows point to the core. docs/ARCHITECTURE.md draws them, this holds them. */
import { builtinModules } from "node:module";
import { posix } from "node:path";
import { importsOf, type Source } from "./sources.ts";

interface Zone {
  readonly name: string;
  /** Files of the zone by path. The first zone that matches counts. */
  readonly files: RegExp;
  /** Files it may import besides those of its own zone. `types`: as types alone. */
  readonly may: readonly (RegExp | { readonly types: RegExp })[];
  /** npm packages it may import; "any" stands for all, and then `node:` modules too. */
  readonly packages: readonly string[] | "any";
}

const core = /^runtime\/core\//;
const protocol = /^runtime\/protocol\//;
const nodes = /^nodes\//;
const model = /^editor\/(model|actions)\//;

export const zones: readonly Zone[] = [
  { name: "core", files: core, may: [], packages: ["typebox", "jsonata"] },
  { name: "nodes", files: nodes, may: [/^runtime\/core\/api\.ts$/], packages: [] },
  { name: "protocol", files: protocol, may: [{ types: core }], packages: ["typebox"] },
  {
    name: "composition root",
    // The command line with what it starts, and the entries of the worker threads.
    files: /^runtime\/(main|start\/[^/]+|worker|broker\/worker)\.ts$/,
    may: [
      /^runtime\//,
      nodes,
      { types: /^examples\/building\// },
      /^examples\/documents\.ts$/,
      /^package\.json$/,
    ],
    packages: "any",
  },
  ...[
    "api",
    "auth",
    "broker",
    "checkpoint",
    "connections",
    "data",
    "flows",
    "journal",
    "live",
    "mqtt",
    "plane",
    "telemetry",
  ].map(
    (folder): Zone => ({
      name: `runtime/${folder}`,
      files: new RegExp(`^runtime/${folder}/`),
      may: [core, protocol],
      packages: "any",
    }),
  ),
  { name: "runtime, loose files", files: /^runtime\/[^/]+\.ts$/, may: [core, protocol], packages: "any" },
  { name: "editor model", files: model, may: [core, nodes], packages: ["@dagrejs/dagre"] },
  {
    name: "editor wires",
    files: /^editor\/(api|live)\//,
    may: [protocol, { types: core }],
    packages: ["react"],
  },
  {
    name: "editor views",
    files: /^editor\//,
    may: [/^editor\//, core, /^nodes\/index\.ts$/, { types: protocol }, /^examples\/templates\/.*\.json$/],
    packages: [
      "react",
      "react-dom",
      "reactflow",
      "uplot",
      "@codemirror",
      "@dagrejs/dagre",
      "@fontsource-variable/inter",
      "@lezer/highlight",
      "@mantine",
    ],
  },
  { name: "examples", files: /^examples\//, may: [], packages: "any" },
  { name: "bench", files: /^bench\//, may: [/^runtime\//, nodes, /^examples\//], packages: "any" },
  { name: "test", files: /^test\//, may: [/./], packages: "any" },
];

/** @returns a line per import that no arrow allows, such as `runtime/core/x.ts imports express: core may not` */
export function forbiddenImports(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) => {
    const zone = zones.find(({ files }) => files.test(source.path));
    if (!zone) return [`${source.path} belongs to no zone: give it a place in test/architecture/arrows.ts`];
    return importsOf(source)
      .filter(({ specifier, typeOnly }) => !allowed(zone, source.path, specifier, typeOnly))
      .map(({ specifier }) => `${source.path} imports ${specifier}: ${zone.name} may not`);
  });
}

function allowed(zone: Zone, from: string, specifier: string, typeOnly: boolean): boolean {
  if (!specifier.startsWith(".")) return packageAllowed(zone, specifier);
  const path = posix.join(posix.dirname(from), specifier.replace(/\?.*$/, ""));
  if (zone.files.test(path)) return true;
  return zone.may.some((rule) =>
    rule instanceof RegExp ? rule.test(path) : typeOnly && rule.types.test(path),
  );
}

function packageAllowed(zone: Zone, specifier: string): boolean {
  if (zone.packages === "any") return true;
  if (specifier.startsWith("node:") || builtinModules.includes(specifier)) return false;
  return zone.packages.some((name) => specifier === name || specifier.startsWith(`${name}/`));
}
