import { expect, test } from "vitest";
import { badgeOf } from "../../../editor/canvas/cardStatus.ts";
import type { NodeLive } from "../../../runtime/protocol/live.ts";

const live = (more: Partial<NodeLive> = {}): NodeLive => ({
  inputs: {},
  outputs: {},
  failed: 0,
  drops: {},
  ...more,
});
const mistake = { severity: "error", code: "CONFIG", message: "Topic is missing.", node: "n1" } as const;

test("a card that is well has no badge", () => {
  expect(badgeOf([], live(), undefined)).toBeUndefined();
});

test("mistakes in the draft come before what the runtime reports", () => {
  expect(badgeOf([mistake], live({ failed: 3 }), "connection refused")).toMatchObject({ text: "1 problem" });
});

test("a node whose broker is away says so, and why", () => {
  const badge = badgeOf([], live({ failed: 3 }), "connection refused by 127.0.0.1:1999; trying again in 4 s");
  expect(badge).toEqual({
    tone: "error",
    text: "no broker",
    detail: "connection refused by 127.0.0.1:1999; trying again in 4 s",
  });
});

test("what a node says of itself comes before its failures", () => {
  const status = { level: "warning", text: "1 unconfirmed" } as const;
  expect(badgeOf([], live({ failed: 3, status }), undefined)).toMatchObject({ text: "1 unconfirmed" });
  expect(badgeOf([], live({ failed: 3 }), undefined)).toMatchObject({ text: "3 failed" });
});
