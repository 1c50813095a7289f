/** Titles of nodes and of their fields, as people know them. */

import type { Catalogue } from "../../runtime/core/catalogue.ts";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import { titleOf } from "../model/commands.ts";
import type { FlowSession } from "../model/flowSession.ts";

export function nodeTitle(session: FlowSession, id: string): string {
  return titleIn(session.document.get(), session.catalogue, id);
}

export function titleIn(flow: FlowDocument, catalogue: Catalogue, id: string): string {
  const node = flow.nodes.find((each) => each.id === id);
  return node ? titleOf(node, catalogue.get(node.type)) : id;
}

export function fieldTitle(session: FlowSession, id: string, pointer: string): string {
  const node = session.document.get().nodes.find((each) => each.id === id);
  return titleAt(session.catalogue.get(node?.type ?? "")?.config, pointer);
}

interface TitledSchema {
  readonly title?: string;
  readonly properties?: Readonly<Record<string, TitledSchema>>;
  readonly items?: TitledSchema;
}

/** @param pointer JSON pointer into a config, such as `/rules/0/when` */
export function titleAt(schema: TitledSchema | undefined, pointer: string): string {
  const titles: string[] = [];
  let at = schema;
  for (const name of pointer.split("/").slice(1)) {
    const inList = at?.items !== undefined;
    at = inList ? at?.items : at?.properties?.[name];
    if (inList) titles.push(String(Number(name) + 1));
    else titles.push(at?.title ?? name);
  }
  return titles.join(" ");
}
