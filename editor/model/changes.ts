/** What a deploy would change: the draft against the document that was deployed. Moving cards changes nothing. */
import type { FlowDocument, FlowNode } from "../../runtime/core/flow/document.ts";
import { canonicalJson } from "./canonicalJson.ts";

export interface Change {
  readonly kind: "added" | "removed" | "changed";
  readonly what: "node" | "wire" | "flow";
  /** Node id, or the wire as written; empty for the flow itself. */
  readonly id: string;
}

/** @param deployed undefined: never deployed, so everything is new */
export function changesBetween(deployed: FlowDocument | undefined, draft: FlowDocument): readonly Change[] {
  if (deployed && sameLogic(deployed, draft)) return [];
  const renamed =
    deployed !== undefined && (deployed.name !== draft.name || deployed.description !== draft.description);
  return [
    ...(renamed ? [{ kind: "changed", what: "flow", id: "" } as const] : []),
    ...nodeChanges(deployed?.nodes ?? [], draft.nodes),
    ...wireChanges(new Set(deployed?.wires), new Set(draft.wires)),
  ];
}

/** The same by reference: the usual case while cards are dragged, and cheap to see. */
function sameLogic(a: FlowDocument, b: FlowDocument): boolean {
  return a.nodes === b.nodes && a.wires === b.wires && a.name === b.name && a.description === b.description;
}

function nodeChanges(before: readonly FlowNode[], after: readonly FlowNode[]): readonly Change[] {
  const old = new Map(before.map((node) => [node.id, node]));
  const kept = new Set(after.map((node) => node.id));
  const changes: Change[] = [];
  for (const node of after) {
    const last = old.get(node.id);
    if (!last) changes.push({ kind: "added", what: "node", id: node.id });
    else if (last !== node && textOf(last) !== textOf(node)) {
      changes.push({ kind: "changed", what: "node", id: node.id });
    }
  }
  for (const id of old.keys()) if (!kept.has(id)) changes.push({ kind: "removed", what: "node", id });
  return changes;
}

/** Nodes are immutable, so the text of one is made once, not at every keystroke. */
const texts = new WeakMap<FlowNode, string>();

function textOf(node: FlowNode): string {
  let text = texts.get(node);
  if (text === undefined) {
    text = canonicalJson(node);
    texts.set(node, text);
  }
  return text;
}

function wireChanges(before: ReadonlySet<string>, after: ReadonlySet<string>): readonly Change[] {
  const added = [...after].filter((wire) => !before.has(wire));
  const removed = [...before].filter((wire) => !after.has(wire));
  return [
    ...added.map((id) => ({ kind: "added", what: "wire", id }) as const),
    ...removed.map((id) => ({ kind: "removed", what: "wire", id }) as const),
  ];
}
