import { describe, expect, it } from "vitest";
import {
  keyText,
  readTable,
  tableColumnsMax,
  tableOf,
  tableRowsMax,
} from "../../../runtime/core/table/lookup.ts";

const rowsOf = (text: string, keyColumn?: string) => {
  const { rows, problems } = readTable(text, keyColumn);
  expect(problems).toEqual([]);
  return Object.fromEntries(rows);
};
const problemsOf = (text: string, keyColumn?: string) => readTable(text, keyColumn).problems;

describe("a lookup table in CSV", () => {
  it("reads numbers, true and false as what they look like, unless they stand in quotation marks", () => {
    const text =
      'k,v\na,21.5\nb,-3e2\nc,true\nd,"7"\ne,007\nf,"21,5"\ng,12345678901234567890\nh,1e999\ni,1.\n';
    expect(rowsOf(text)).toEqual({
      a: { v: 21.5 },
      b: { v: -300 },
      c: { v: true },
      d: { v: "7" },
      e: { v: "007" },
      f: { v: "21,5" },
      g: { v: "12345678901234567890" },
      h: { v: "1e999" },
      i: { v: "1." },
    });
  });

  it("leaves out what is empty, and keeps an empty text in quotation marks", () => {
    expect(rowsOf('k,a,b\nx,,1\ny,"",\n')).toEqual({ x: { b: 1 }, y: { a: "" } });
  });

  it("skips rows in which nothing stands", () => {
    expect(rowsOf("k,v\n,\na,1\n,\n")).toEqual({ a: { v: 1 } });
  });

  it("takes the column that is named for the key, as it is written", () => {
    const table = readTable("room;id\nHall;007\n", "id");
    expect(table).toMatchObject({ keyColumn: "id", columns: ["room"], problems: [] });
    expect([...table.rows]).toEqual([["007", { room: "Hall" }]]);
  });

  it.each<[text: string, column: string | undefined, problem: string]>([
    ["", undefined, "The table is empty: its first line names the columns."],
    ["k,v\n\na,1\nb\n", undefined, "Line 4: 1 cell, where the first line has 2."],
    ["k,v\na,1,2\n", undefined, "Line 2: 3 cells, where the first line has 2."],
    ["k,v\na,1\nb,2\na,3\n", undefined, "Line 4: “a” is there already, in line 2."],
    ["k,v\n,1\n", undefined, "Line 2: there is no key in “k”."],
    ["k,,v\na,1,2\n", undefined, "Line 1: column 2 has no name."],
    ["k,v,v\na,1,2\n", undefined, "Line 1: “v” is a column already."],
    ["k,v\na,1\n", "id", "There is no column “id”: the columns are k, v."],
    ['k,v\n"a,1\n', undefined, "Line 2: A quotation mark is opened and never closed."],
  ])("says what is wrong with %j", (text, column, problem) => {
    expect(problemsOf(text, column)[0]).toBe(problem);
  });

  it("is bounded: in rows, columns and problems", () => {
    const lines = (count: number) => Array.from({ length: count }, (_, index) => `${index},x`).join("\n");
    expect(problemsOf(`k,v\n${lines(tableRowsMax)}`)).toEqual([]);
    expect(problemsOf(`k,v\n${lines(tableRowsMax + 1)}`)).toEqual(["Line 10002: at most 10000 rows."]);
    const names = Array.from({ length: tableColumnsMax + 2 }, (_, index) => `c${index}`).join(",");
    expect(problemsOf(names)).toEqual(["Line 1: at most 100 columns besides the key."]);
    expect(problemsOf(`k\n${"a,b\n".repeat(500)}`)).toHaveLength(20);
  });
});

describe("a lookup table in JSON", () => {
  it("reads a list of objects, by their first field or the one that is named", () => {
    const text = '[{"id": 17, "room": "Hall", "zones": [1]}, {"room": null, "id": 18}]';
    expect(rowsOf(text)).toEqual({ 17: { room: "Hall", zones: [1] }, 18: { room: null } });
    expect(readTable(text, undefined)).toMatchObject({ keyColumn: "id", columns: ["room", "zones"] });
    expect(rowsOf('[{"id": 17, "room": "Hall"}]', "room")).toEqual({ Hall: { id: 17 } });
  });

  it("reads an object of rows by key", () => {
    expect(rowsOf('\uFEFF {"t-17": {"room": "Hall"}, "t-18": {}}')).toEqual({
      "t-17": { room: "Hall" },
      "t-18": {},
    });
  });

  it.each<[text: string, column: string | undefined, problem: string]>([
    ['[\n  {"id": 1},\n]', undefined, "“]” in line 3 does not fit"],
    ['[{"id": 1}, 2]', undefined, "Row 2: expected an object with the columns."],
    ['[{"id": 1}, {"id": "1"}]', undefined, "Row 2: “1” is there already, in row 1."],
    ['[{"id": 1}, {"no": 2}]', undefined, "Row 2: there is no key in “id”."],
    ['[{"id": [1]}]', undefined, "Row 1: there is no key in “id”."],
    ['{"a": {"v": 1}, "b": 2}', undefined, "“b”: expected an object with the columns."],
    ['{"a": {"v": 1}}', "v", "There is no column “v”: in an object of rows, their names are the keys."],
    ["[".repeat(200) + "]".repeat(200), undefined, "The JSON is nested too deeply."],
    ['{"a":{"limit":1e999}}', undefined, "The JSON has a number beyond ±1.8e308, the largest there is."],
  ])("says what is wrong with %j", (text, column, problem) => {
    expect(problemsOf(text, column)[0]).toContain(problem);
  });
});

it("compares keys as text, and takes nothing else for one", () => {
  expect([17, "17", true, "", null, undefined, {}].map(keyText)).toEqual([
    "17",
    "17",
    "true",
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

it("remembers a table by its text and key column", () => {
  const table = tableOf(["k,v", "a,1"], undefined);
  expect(tableOf(["k,v", "a,1"], undefined)).toBe(table);
  expect(tableOf(["k,v", "a,1"], "v").keyColumn).toBe("v");
  expect(tableOf(["k,v", "a,2"], undefined).rows.get("a")).toEqual({ v: 2 });
  for (let index = 0; index < 20; index++) tableOf([`k${index}`], undefined);
  expect(tableOf(["k,v", "a,1"], undefined)).toEqual(table);
});
