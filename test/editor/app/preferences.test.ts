import { expect, test } from "vitest";
import { Preferences } from "../../../editor/app/preferences.ts";

function storageWith(text: string | null) {
  let stored = text;
  return {
    getItem: () => stored,
    setItem: (_key: string, value: string) => {
      stored = value;
    },
    removeItem: () => {
      stored = null;
    },
  };
}

test("the layout is remembered", () => {
  const storage = storageWith(null);
  const first = new Preferences(storage);
  first.toggle("palette");
  first.change({ drawerTab: "debug" });
  expect(new Preferences(storage).get()).toEqual({
    palette: false,
    inspector: true,
    drawer: true,
    drawerTab: "debug",
  });
});

test("what does not fit is not taken", () => {
  for (const text of ["{", "null", '{"palette":"no","drawerTab":"history","other":1}']) {
    expect(new Preferences(storageWith(text)).get()).toEqual({
      palette: true,
      inspector: true,
      drawer: true,
      drawerTab: "problems",
    });
  }
});
