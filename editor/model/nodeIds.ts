import type { FlowDocument } from "../../runtime/core/flow/document.ts";

/**
 * Short ids for new nodes: n1, n2, … An id is the identity of a node's state, so an id that is deployed is not given
 * to another node while the first still holds state under it.
 * @param reserved documents whose ids are taken as well, such as the deployed one
 */
export function freshIds(
  flow: FlowDocument,
  count: number,
  reserved: readonly FlowDocument[],
): readonly string[] {
  let highest = 0;
  for (const document of [flow, ...reserved]) {
    for (const { id } of document.nodes) {
      const number = /^n(\d{1,9})$/.exec(id)?.[1];
      if (number !== undefined) highest = Math.max(highest, Number(number));
    }
  }
  return Array.from({ length: count }, (_, index) => `n${highest + 1 + index}`);
}
