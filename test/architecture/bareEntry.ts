/** What the bare V8 test bundles: the whole core, and every node type. */
export { nodeTypes } from "../../nodes/index.ts";
export { createCatalogue } from "../../runtime/core/catalogue.ts";
export { Engine } from "../../runtime/core/engine/engine.ts";
export { parseFlowText } from "../../runtime/core/flow/parse.ts";
export { compileFlow } from "../../runtime/core/plan/compile.ts";

/** Whether the clock, chance and locale are really gone. */
export function bareGlobals(): readonly string[] {
  return [typeof Date, typeof Math.random, typeof Intl, typeof globalThis.console, typeof globalThis.process];
}
