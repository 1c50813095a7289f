import { describe, expect, it } from "vitest";
import { suggestionsAt } from "../../../editor/expression/completion.ts";
import { functionAt } from "../../../editor/expression/functionHelp.ts";
import { builtIns } from "../../../editor/expression/functions.ts";
import { compileExpression } from "../../../runtime/core/expression/compile.ts";
import { builtIns as coreBuiltIns } from "../../../runtime/core/expression/functions/builtIns.ts";
import { signatureTextOf } from "../../../runtime/core/expression/functions/define.ts";
import { ownFunctions } from "../../../runtime/core/expression/functions/own.ts";
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

  it("shows as many arguments as the function takes, the same ones optional, and their kinds", () => {
    // The reference's signature lets the function of $sift be left out, and $sift then refuses.
    const compared = builtIns.filter((each) => each.name !== "$sift");
    const different = compared.flatMap(({ name, signature }) => {
      const known = signatureTextOf(coreBuiltIns.get(name.slice(1))!);
      const [shown, taken] = [shownParams(signature), takenParams(known)];
      return agree(shown, taken) ? [] : [`${name}${signature} ${shown} ${known} ${taken}`];
    });
    expect(different).toEqual([]);
  });

  it("marks the functions that JSONata does not have", () => {
    const own = builtIns.filter((each) => each.own).map((each) => each.name.slice(1));
    expect(own.sort()).toEqual(ownFunctions.map(([name]) => name).sort());
  });

  it("names functions that compile", () => {
    for (const { name } of builtIns) expect(() => compileExpression(`${name} ~> $type`)).not.toThrow();
  });
});

describe("help under the pointer", () => {
  it("is for the function whose name stands there", () => {
    const source = "1 + $round(payload.x, 1)";
    for (const offset of [4, 6, 10]) {
      expect(functionAt(source, offset)).toMatchObject({ from: 4, to: 10, builtIn: { name: "$round" } });
    }
    expect(functionAt(source, 2)).toBeUndefined();
    expect(functionAt(source, 14)).toBeUndefined();
    expect(functionAt("$mine(1)", 2)).toBeUndefined();
  });
});

/** As many, the same ones optional, and none of a kind the function would refuse. */
function agree(shown: readonly string[], taken: readonly string[]): boolean {
  const one = (ours: string, theirs: string) =>
    ours.at(-1) === theirs.at(-1) &&
    (/^[xj]/.test(theirs) || [...ours.slice(0, -1)].some((kind) => theirs.slice(0, -1).includes(kind)));
  return shown.length === taken.length && shown.every((each, index) => one(each, taken[index]!));
}

/** The kind a word of the table stands for. */
const kinds: Readonly<Record<string, string>> = {
  number: "n",
  digits: "n",
  base: "n",
  exponent: "n",
  limit: "n",
  width: "n",
  start: "n",
  length: "n",
  milliseconds: "n",
  text: "s",
  mark: "s",
  fill: "s",
  from: "s",
  to: "s",
  picture: "s",
  zone: "s",
  url: "s",
  name: "s",
  message: "s",
  separator: "s",

  part: "sf",
  pattern: "sf",
  replacement: "sf",
  function: "f",
  order: "f",
  array: "a",
  numbers: "a",
  texts: "a",
  objects: "a",
  object: "o",
  condition: "b",
  pretty: "b",
  options: "o",
  value: "nsboa",
};

/** `(text, start, length?)` */
function shownParams(signature: string): string[] {
  const inside = signature.slice(1, -1).replace(", …", "+");
  if (inside === "") return [];
  return inside.split(", ").map((word) => {
    const [, name = "", sign = ""] = /^(\w+)([?+]?)$/.exec(word) ?? [];
    return `${kinds[name] ?? name}${sign || "!"}`;
  });
}

/** `<s-nn?:s>`, without what it says about items and the context. */
function takenParams(signature: string): string[] {
  const params = signature
    .slice(1)
    .replace(/:[^:]*$/, "")
    .match(/(?:\([a-z]+\)|[a-z])(?:<[^>]*>)?[-?+]*/g);
  return (params ?? []).map((param) => param.replace(/<[^>]*>|[-()]/g, "").replace(/[a-z]$/, "$&!"));
}
