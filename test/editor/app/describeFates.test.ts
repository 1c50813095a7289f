import { expect, test } from "vitest";
import { describeFates } from "../../../editor/app/describeFates.ts";
import { deleteNodes, setDisabled } from "../../../editor/model/nodeEdits.ts";
import type { NodeFate } from "../../../runtime/core/engine/output.ts";
import { catalogue, sampleFlow } from "../sampleFlow.ts";

const told = (fates: readonly NodeFate[], after = sampleFlow) =>
  describeFates(fates, sampleFlow, after, catalogue).map(
    ({ kind, title, text }) => `${kind}: ${title} ${text}`,
  );

test("losses come first, each with its reason and how many devices it is about", () => {
  expect(
    told([
      { node: "n2", fate: "kept", keys: 12 },
      { node: "n3", fate: "reset", keys: 1, because: "settings" },
      { node: "n4", fate: "reset", keys: 1_200, because: "version" },
    ]),
  ).toEqual([
    "lost: Second starts anew: with its new settings, what it knows means something else. It forgets what it knows.",
    "lost: Sink starts anew: this version of Millrace keeps what it knows in another form. It forgets what it knows for 1\u202f200 devices.",
    "kept: Step keeps what it knows for 12 devices.",
  ]);
});

test("a node that goes is told by the name it had, one that is disabled by what it is now", () => {
  const fates: readonly NodeFate[] = [{ node: "n3", fate: "forgotten", keys: 2 }];
  expect(told(fates, deleteNodes(sampleFlow, new Set(["n3"])))).toEqual([
    "lost: Second is removed: what it knows for 2 devices is forgotten.",
  ]);
  expect(told(fates, setDisabled(sampleFlow, new Set(["n3"]), true))).toEqual([
    "lost: Second is disabled: what it knows for 2 devices is forgotten.",
  ]);
});

test("what knows nothing loses nothing; what is new shares a line", () => {
  expect(
    told([
      { node: "n2", fate: "reset", keys: 0, because: "settings" },
      { node: "n3", fate: "new", keys: 0 },
      { node: "n4", fate: "new", keys: 0 },
    ]),
  ).toEqual(["new: Second, Sink are new and know nothing yet."]);
});

test("before the first deploy there is nothing to lose", () => {
  expect(describeFates([{ node: "n2", fate: "new", keys: 0 }], undefined, sampleFlow, catalogue)).toEqual([]);
});
