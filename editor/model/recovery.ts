/** What to do with unsaved edits that an earlier visit left in the mirror. */

import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import { canonicalJson } from "./canonicalJson.ts";
import type { DraftMirror } from "./draftMirror.ts";

export type Recovery =
  | { readonly kind: "nothing" }
  /** Nobody saved since: the edits belong on top of what the server has. */
  | { readonly kind: "restore"; readonly flow: FlowDocument }
  /** The saved draft has moved on: the person decides. */
  | { readonly kind: "ask"; readonly flow: FlowDocument };

export function recoverDraft(saved: FlowDocument, revision: number, mirror: DraftMirror): Recovery {
  const kept = mirror.read(saved.id);
  if (!kept) return { kind: "nothing" };
  if (canonicalJson(kept.flow) === canonicalJson(saved)) {
    mirror.forget(saved.id);
    return { kind: "nothing" };
  }
  return { kind: kept.revision === revision ? "restore" : "ask", flow: kept.flow };
}
