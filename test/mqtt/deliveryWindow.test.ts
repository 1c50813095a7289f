import { expect, test } from "vitest";
import { DeliveryWindow } from "../../runtime/mqtt/deliveryWindow.ts";

const bytes = (text: string) => Buffer.from(text);

test("only a DUP with the same id and content repeats", () => {
  const window = new DeliveryWindow();
  expect(window.repeats(7, "a", bytes("1"), false)).toBe(false);
  expect(window.repeats(7, "a", bytes("1"), true)).toBe(true);
  expect(window.repeats(8, "a", bytes("1"), true)).toBe(false);
  expect(window.repeats(7, "b", bytes("1"), true)).toBe(false);
  expect(window.repeats(7, "b", bytes("2"), true)).toBe(false);
  expect(window.repeats(7, "b", bytes("2"), false)).toBe(false);
});

test("an id from before the ids wrapped around is not recent", () => {
  const window = new DeliveryWindow();
  window.repeats(1, "a", bytes("1"), false);
  for (let id = 2; id <= 32_768; id++) window.repeats(id, "a", bytes("x"), false);
  expect(window.repeats(1, "a", bytes("1"), true)).toBe(true);
  window.repeats(40_000, "a", bytes("x"), false);
  expect(window.repeats(1, "a", bytes("1"), true)).toBe(false);
});

test("snapshots carry what changed; a window restored from them knows the same, and a cleared one nothing", () => {
  const window = new DeliveryWindow();
  window.repeats(3, "a", bytes("1"), false);
  window.repeats(65_535, "a", bytes("2"), false);
  const first = window.snapshot(["main"]);
  expect(first.map((each) => each.address)).toEqual([
    ["main", "0"],
    ["main", "65280"],
  ]);
  expect(window.snapshot(["main"])).toEqual([]);
  window.repeats(4, "a", bytes("3"), false);
  const second = window.snapshot(["main"]);
  expect(second.map((each) => each.address)).toEqual([["main", "0"]]);

  const restored = new DeliveryWindow();
  for (const { address, value } of JSON.parse(JSON.stringify([...first, ...second]))) {
    restored.restore(address[1], value);
  }
  expect(restored.repeats(3, "a", bytes("1"), true)).toBe(true);
  expect(restored.repeats(4, "a", bytes("3"), true)).toBe(true);
  expect(restored.repeats(65_535, "a", bytes("2"), true)).toBe(true);
  restored.clear();
  expect(restored.snapshot(["main"])).toEqual([
    { address: ["main", "0"], value: null },
    { address: ["main", "65280"], value: null },
  ]);
  expect(restored.repeats(3, "a", bytes("1"), true)).toBe(false);
});
