/** What a deploy does to what nodes know, in people's words: "Average of 5 min keeps what it knows for 12 devices". */
import type { Catalogue } from "../../runtime/core/catalogue.ts";
import type { NodeFate } from "../../runtime/core/engine/output.ts";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import { groupDigits } from "../live/words.ts";
import type { FateLine } from "../panels/DeployFates.tsx";
import { titleIn } from "./nodeWords.ts";

/**
 * Losses first. Nodes that know nothing yet lose nothing and are left out; those that begin now share a line.
 * @param before what runs; undefined: nothing does
 */
export function describeFates(
  fates: readonly NodeFate[],
  before: FlowDocument | undefined,
  after: FlowDocument,
  catalogue: Catalogue,
): readonly FateLine[] {
  if (!before) return [];
  const known = fates.filter(({ keys }) => keys > 0);
  const of = (fate: NodeFate["fate"]) => known.filter((each) => each.fate === fate);
  const fresh = fates.filter(({ fate }) => fate === "new").map(({ node }) => titleIn(after, catalogue, node));
  return [
    ...of("reset").map((each): FateLine => {
      const title = titleIn(after, catalogue, each.node);
      const text = `starts anew: ${reasons[each.because ?? "settings"]}. It forgets what it knows${forWhom(each)}.`;
      return { kind: "lost", title, text };
    }),
    ...of("forgotten").map((each): FateLine => {
      const isThere = after.nodes.some(({ id }) => id === each.node);
      const text = `is ${isThere ? "disabled" : "removed"}: what it knows${forWhom(each)} is forgotten.`;
      return { kind: "lost", title: titleIn(isThere ? after : before, catalogue, each.node), text };
    }),
    ...of("kept").map((each): FateLine => {
      const title = titleIn(after, catalogue, each.node);
      return { kind: "kept", title, text: `keeps what it knows${forWhom(each)}.` };
    }),
    ...(fresh.length === 0
      ? []
      : [
          {
            kind: "new",
            title: fresh.join(", "),
            text: `${fresh.length === 1 ? "is" : "are"} new and know${fresh.length === 1 ? "s" : ""} nothing yet.`,
          } as const,
        ]),
  ];
}

const reasons = {
  type: "it is another kind of node now",
  version: "this version of Millrace keeps what it knows in another form",
  settings: "with its new settings, what it knows means something else",
} as const;

/** A node that does not tell devices apart has one state for all. */
function forWhom({ keys }: NodeFate): string {
  return keys === 1 ? "" : ` for ${groupDigits(keys)} devices`;
}
