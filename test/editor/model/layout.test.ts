import { expect, test } from "vitest";
import { cardSize, portCentre } from "../../../editor/model/cardSize.ts";
import { neighbour } from "../../../editor/model/neighbour.ts";
import { boxesOf, completeLayout, freePlace, placeAfter } from "../../../editor/model/placement.ts";
import { tidy } from "../../../editor/model/tidy.ts";
import { catalogue, sampleFlow } from "../sampleFlow.ts";

const overlaps = (flow: typeof sampleFlow) => {
  const boxes = [...boxesOf(flow, catalogue).values()];
  return boxes.some((a, i) =>
    boxes.some(
      (b, j) =>
        i < j && a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
    ),
  );
};

test("tidying puts what feeds left of what is fed, on the grid and apart", () => {
  const heap = {
    ...sampleFlow,
    layout: { n1: [50, 7], n2: [3, 3], n3: [9, 9], n4: [1, 1], n5: [2, 2] },
  } as const;
  const flow = tidy(heap, catalogue);
  const x = (id: string) => flow.layout[id]![0];
  expect(x("n1")).toBeLessThan(x("n2"));
  expect(x("n2")).toBeLessThan(x("n3"));
  expect(x("n3")).toBeLessThan(x("n4"));
  expect(overlaps(heap)).toBe(true);
  expect(overlaps(flow)).toBe(false);
  for (const place of Object.values(flow.layout)) expect(place.every((value) => value % 16 === 0)).toBe(true);
});

test("parts that do not hang together are stacked", () => {
  const flow = tidy(sampleFlow, catalogue);
  expect(flow.layout.n5![0]).toBe(flow.layout.n1![0]);
  expect(flow.layout.n5![1]).toBeGreaterThan(flow.layout.n1![1]);
});

test("tidying twice gives the same layout", () => {
  const once = tidy(sampleFlow, catalogue);
  expect(tidy(once, catalogue)).toBe(once);
});

test("tidying some nodes leaves the others and keeps the corner", () => {
  const flow = tidy(sampleFlow, catalogue, new Set(["n3", "n4"]));
  for (const id of ["n1", "n2", "n5"]) expect(flow.layout[id]).toEqual(sampleFlow.layout[id]);
  expect(flow.layout.n3).toEqual([640, 0]);
});

test("a free place is the wanted one, or the next below that covers no card", () => {
  const size = { width: 240, height: 75 };
  expect(freePlace(sampleFlow, catalogue, [1300, 5], size)).toEqual([1296, 0]);
  const [x, y] = freePlace(sampleFlow, catalogue, placeAfter(sampleFlow, "n1"), size);
  expect(x).toBe(320);
  expect(y).toBeGreaterThanOrEqual(75);
});

test("nodes without a place get one below the others", () => {
  const { n4: _gone, ...layout } = sampleFlow.layout;
  const flow = completeLayout({ ...sampleFlow, layout });
  expect(flow.layout.n4![1]).toBeGreaterThan(320);
  expect(completeLayout(sampleFlow)).toBe(sampleFlow);
});

test("a card grows with its ports, which lie 24 apart around its middle", () => {
  const ports = { inputs: [], outputs: Array.from({ length: 5 }, (_, i) => ({ name: `p${i}`, title: "p" })) };
  const { height } = cardSize(sampleFlow.nodes[0]!, ports, false);
  expect(height).toBe(120);
  expect(portCentre(0, 5, height)).toBe(12);
  expect(portCentre(4, 5, height)).toBe(108);
  expect(portCentre(0, 1, 72)).toBe(36);
});

test("walking finds the card ahead, and nothing beyond the last", () => {
  expect(neighbour(sampleFlow, undefined, "right")).toBe("n1");
  expect(neighbour(sampleFlow, "n1", "right")).toBe("n2");
  expect(neighbour(sampleFlow, "n1", "down")).toBe("n5");
  expect(neighbour(sampleFlow, "n4", "right")).toBeUndefined();
  expect(neighbour(sampleFlow, "n4", "left")).toBe("n3");
  expect(neighbour(sampleFlow, "n4", "down")).toBeUndefined();
});
