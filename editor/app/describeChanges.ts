/** How two documents differ, in people's words: "Set point 26 → 27", "Room temperature → Too warm". */
import type { Catalogue } from "../../runtime/core/catalogue.ts";
import { emptyFlow, type FlowDocument, type FlowNode, parseWire } from "../../runtime/core/flow/document.ts";
import { fillDefaults } from "../../runtime/core/plan/config.ts";
import { valueText } from "../live/words.ts";
import { canonicalJson } from "../model/canonicalJson.ts";
import { type Change, changesBetween } from "../model/changes.ts";
import type { FlowChanges, NodeChange } from "../panels/FlowChanges.tsx";
import { titleAt, titleIn } from "./nodeWords.ts";

/** @param before undefined: nothing was there */
export function describeChanges(
  before: FlowDocument | undefined,
  after: FlowDocument,
  catalogue: Catalogue,
): FlowChanges {
  const old = before ?? emptyFlow(after.id, after.name);
  const changes = changesBetween(before, after);
  const of = (what: Change["what"], kind: Change["kind"]) =>
    changes.filter((change) => change.what === what && change.kind === kind).map((change) => change.id);
  const titled = (flow: FlowDocument) => (id: string) => ({ id, title: titleIn(flow, catalogue, id) });
  return {
    added: of("node", "added").map(titled(after)),
    changed: of("node", "changed").map((id) => changedNode(id, old, after, catalogue)),
    removed: of("node", "removed").map(titled(old)),
    wiresAdded: of("wire", "added").map((wire) => wireText(wire, after, catalogue)),
    wiresRemoved: of("wire", "removed").map((wire) => wireText(wire, old, catalogue)),
    others: of("flow", "changed").map(() => flowText(old, after)),
  };
}

function changedNode(
  id: string,
  before: FlowDocument,
  after: FlowDocument,
  catalogue: Catalogue,
): NodeChange {
  const title = titleIn(after, catalogue, id);
  const old = before.nodes.find((node) => node.id === id);
  const now = after.nodes.find((node) => node.id === id);
  const detail = old && now ? nodeDetail(old, now, catalogue) : "";
  return detail === "" ? { id, title } : { id, title, detail };
}

function nodeDetail(old: FlowNode, now: FlowNode, catalogue: Catalogue): string {
  const details: string[] = [];
  if (old.type !== now.type) details.push("another kind of node");
  if (old.name !== now.name) details.push(old.name === undefined ? "named" : `was “${old.name}”`);
  if (old.disabled !== now.disabled) details.push(now.disabled ? "disabled" : "enabled");
  if (old.errorPort !== now.errorPort)
    details.push(now.errorPort ? "error port added" : "error port removed");
  return [...details, ...configDetails(old, now, catalogue)].join(", ");
}

function configDetails(old: FlowNode, now: FlowNode, catalogue: Catalogue): readonly string[] {
  const schema = catalogue.get(now.type)?.config;
  const before = schema ? fillDefaults(schema, old.config) : old.config;
  const after = schema ? fillDefaults(schema, now.config) : now.config;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => canonicalJson(before[name] ?? null) !== canonicalJson(after[name] ?? null))
    .map((name) => `${titleAt(schema, `/${name}`)} ${short(before[name])} → ${short(after[name])}`);
}

function short(value: unknown): string {
  return value === undefined || value === "" ? "empty" : valueText(value, 32);
}

function wireText(text: string, flow: FlowDocument, catalogue: Catalogue): string {
  const wire = parseWire(text);
  if (!wire) return text;
  return `${titleIn(flow, catalogue, wire.from.node)} → ${titleIn(flow, catalogue, wire.to.node)}`;
}

function flowText(old: FlowDocument, now: FlowDocument): string {
  return old.name === now.name ? "The description is another one" : `The flow was called “${old.name}”`;
}
