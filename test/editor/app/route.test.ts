import { expect, test } from "vitest";
import { freshFlowId } from "../../../editor/app/flowIds.ts";
import { hrefOf, parseRoute } from "../../../editor/app/route.ts";

test("addresses lead to pages and back", () => {
  for (const route of [{ page: "flows" }, { page: "settings" }, { page: "flow", id: "a-b" }] as const) {
    expect(parseRoute(hrefOf(route))).toEqual(route);
  }
});

test("an address that means nothing leads to the flows", () => {
  for (const hash of ["#/", "#/nowhere", "#/flows/"]) expect(parseRoute(hash)).toEqual({ page: "flows" });
  expect(parseRoute("#/flows/%E0%A4%A")).toEqual({ page: "flow", id: "%E0%A4%A" });
});

test("no address is the start, where the printed link leads", () => {
  for (const hash of ["", "#"]) expect(parseRoute(hash)).toEqual({ page: "start" });
});

test("an id is made from the name, and is free", () => {
  expect(freshFlowId("Too warm?", [])).toBe("too-warm");
  expect(freshFlowId("Kühlhaus – Nord", [])).toBe("kuhlhaus-nord");
  expect(freshFlowId("Too warm", ["too-warm", "too-warm-2"])).toBe("too-warm-3");
  expect(freshFlowId("温度", [])).toBe("flow");
  expect(freshFlowId("x".repeat(200), []).length).toBeLessThanOrEqual(64);
});
