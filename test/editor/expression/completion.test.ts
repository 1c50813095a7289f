import { describe, expect, it } from "vitest";
import { suggestionsAt } from "../../../editor/expression/completion.ts";
import { builtIns } from "../../../editor/expression/functions.ts";
import { compileExpression } from "../../../runtime/core/expression/compile.ts";
import { builtIns as coreBuiltIns } from "../../../runtime/core/expression/functions/builtIns.ts";
import type { SampleLive } from "../../../runtime/protocol/live.ts";

const sample: SampleLive = {
  topic: "sensors/room-2/telemetry",
  key: "room-2",
  time: 1,
  at: 1,
  id: "1",
  params: { room: "room-2" },
  payload: { temperature: 22.6, name: "desk", "co2 ppm": 800, in: true, rooms: [{ level: 3 }] },
};

function labels(source: string, from: SampleLive | undefined): string[] {
  return suggestionsAt(source, source.length, from)?.options.map((each) => each.label) ?? [];
}

describe("suggestions", () => {
  it("are the message's parts, its fields as whole paths, and functions at the start", () => {
    const all = labels("te", sample);
    expect(all).toEqual(expect.arrayContaining(["payload", "key", "topic", "params", "time"]));
    expect(all).toEqual(expect.arrayContaining(["payload.temperature", "params.room", "$round"]));
  });

  it("show the present value and type of a field", () => {
    const options = suggestionsAt("payload.", 8, sample)?.options ?? [];
    expect(options.find((each) => each.label === "temperature")?.detail).toBe("22.6 · number");
    expect(options.find((each) => each.label === "name")?.detail).toBe("“desk” · text");
  });

  it("replace only what was typed after the last point", () => {
    expect(suggestionsAt("$round(payload.tem", 18, sample)?.from).toBe(15);
    expect(labels("$round(payload.tem", sample)).toContain("temperature");
  });

  it("step through lists and quoted names", () => {
    expect(labels("payload.rooms.", sample)).toEqual(["level"]);
    expect(labels("payload.rooms[0].", sample)).toEqual(["level"]);
    expect(labels("payload.`co2 ppm`.", sample)).toEqual([]);
  });

  it("quote names that are not plain words of the language", () => {
    expect(labels("payload.", sample)).toEqual(expect.arrayContaining(["`co2 ppm`", "`in`"]));
  });

  it("are functions after a dollar sign", () => {
    const found = suggestionsAt("1 + $ro", 7, sample);
    expect(found?.from).toBe(4);
    expect(found?.options.every((each) => each.kind === "function")).toBe(true);
  });

  it("stay away inside text and comments, and right behind a value", () => {
    expect(suggestionsAt('"pay', 4, sample)).toBeUndefined();
    expect(suggestionsAt("/* pay", 6, sample)).toBeUndefined();
    expect(suggestionsAt('"a" & pay', 9, sample)).toBeDefined();
    expect(suggestionsAt("(1)", 3, sample)).toBeUndefined();
  });

  it("know the message's parts before any message came", () => {
    expect(labels("p", undefined)).toEqual(expect.arrayContaining(["payload", "params", "$round"]));
    expect(labels("payload.", undefined)).toEqual([]);
  });
});

describe("the table of functions", () => {
  it("has exactly the functions that Millrace evaluates", () => {
    expect(builtIns.map((each) => each.name.slice(1)).sort()).toEqual([...coreBuiltIns.keys()].sort());
  });

  it("names functions that compile", () => {
    for (const { name } of builtIns) expect(() => compileExpression(`${name} ~> $type`)).not.toThrow();
  });
});
