import { expect, test } from "vitest";
import { startOf } from "../../../editor/app/StartPage.tsx";
import type { FlowSummary } from "../../../runtime/protocol/http.ts";

const flow = (id: string, live: boolean, updatedAt: number) => ({ id, live, updatedAt }) as FlowSummary;

test("a visit begins where the last one ended", () => {
  expect(startOf([flow("a", true, 1), flow("b", false, 2)], "b")).toBe("b");
});

test("the first visit begins with the flow that has run longest unchanged; the list is for those who have none", () => {
  expect(startOf([flow("b", true, 2), flow("a", true, 1), flow("c", false, 0)], "gone")).toBe("a");
  expect(startOf([flow("c", false, 0)], undefined)).toBe("c");
  expect(startOf([flow("c", false, 0), flow("d", false, 1)], undefined)).toBeUndefined();
  expect(startOf([], undefined)).toBeUndefined();
});
