import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTableFile } from "../../../editor/forms/tableFile.ts";
import {
  type Grid,
  gridOf,
  linesOfGrid,
  linesOfText,
  textOfTable,
  withCell,
  withColumn,
  withoutColumn,
  withoutRow,
  withPasted,
  withRow,
} from "../../../editor/forms/tableText.ts";

const grid = (...lines: string[]): Grid => gridOf(lines)!;
const written = (change: Grid) => linesOfGrid(change);

describe("a table as cells", () => {
  it("changes a cell and leaves the other lines as they are", () => {
    const given = ["k;v", 'a;"7"', "b;2"];
    expect(written(withCell(grid(...given), 2, 1, "x;y"))).toEqual(["k;v", 'a;"7"', 'b;"x;y"']);
  });

  it("gains and loses rows and columns", () => {
    expect(written(withRow(grid("k,v")))).toEqual(["k,v", ","]);
    expect(written(withRow(grid("k")))).toEqual(["k", '""']);
    expect(written(withoutRow(grid("k,v", "a,1", "b,2"), 1))).toEqual(["k,v", "b,2"]);
    expect(written(withColumn(grid("k", "a"), "v"))).toEqual(["k,v", "a,"]);
    expect(written(withColumn(grid(), "k"))).toEqual(["k"]);
    expect(written(withoutColumn(grid("k,v,w", "a,1,2"), 1))).toEqual(["k,w", "a,2"]);
  });

  it("takes what is typed letter by letter, with quotation marks only as long as they are needed", () => {
    let typed = grid("k,v", "a,1");
    for (const text of ["2", "2 ", "26"]) typed = grid(...linesOfGrid(withCell(typed, 1, 1, text)));
    expect(written(typed)).toEqual(["k,v", "a,26"]);
    // These were set by somebody, to make a text of it.
    expect(written(withCell(grid("k,v", 'a,"7"'), 1, 1, "78"))).toEqual(["k,v", 'a,"78"']);
  });

  it("holds a cell of several lines in as many lines", () => {
    const changed = written(withCell(grid("k,v", "a,1"), 1, 1, "two\nlines"));
    expect(changed).toEqual(["k,v", 'a,"two', 'lines"']);
    expect(grid(...changed).rows[1]![1]!.text).toBe("two\nlines");
  });

  it("takes cells of a spreadsheet, adds rows for them and leaves out what is too wide", () => {
    const pasted = withPasted(grid("k,v", "a,1"), 1, 0, 'b\t2\tx\r\nc\t"three\nfour"\r\n')!;
    expect(written(pasted)).toEqual(["k,v,column3", "b,2,x", 'c,"three', 'four",']);
    expect(withPasted(grid("k,v"), 0, 0, "one cell")).toBeUndefined();
  });

  it("takes a whole sheet, however many columns and rows", () => {
    const sheet = "tag\troom\tlimit\t\t\r\nt-1\tLobby\t26\t\t\r\nt-2\tHall\t\t\t\r\n";
    expect(written(withPasted(grid("device,name"), 0, 0, sheet)!)).toEqual([
      "tag,room,limit",
      "t-1,Lobby,26",
      "t-2,Hall,",
    ]);
    const long = Array.from({ length: 10_000 }, (_, row) => `t-${row}\tRoom\t${row}`).join("\n");
    expect(withPasted(grid("device,name"), 1, 0, long)!.rows).toHaveLength(10_001);
    expect(withPasted(grid("k"), 0, 0, "x\t".repeat(16_000))!.rows[0]).toHaveLength(101);
  });

  it("fills short rows, and leaves what cells cannot show to the text", () => {
    expect(written(grid("k,v", "a"))).toEqual(["k,v", "a,"]);
    expect(gridOf(["k,v", "a,1,2"])).toBeUndefined();
    expect(gridOf(["k,v", '"a,1'])).toBeUndefined();
    expect(gridOf(["[", '{"id": 1}]'])).toBeUndefined();
  });

  it("shows again whatever was typed into a cell", () => {
    const letters = fc.string({
      unit: fc.constantFrom("a", "1", '"', ",", ";", "\t", "\n", " ", "["),
      maxLength: 6,
    });
    fc.assert(
      fc.property(letters, fc.nat(1), fc.nat(1), (text, row, column) => {
        const changed = withCell(grid("key,value", "a,1"), row, column, text);
        expect(grid(...linesOfGrid(changed)).rows[row]![column]!.text).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });
});

it("keeps a text as it is typed, empty lines included", () => {
  for (const text of ["", "k,v\n", "k,v\n\na,1"]) expect(textOfTable(linesOfText(text))).toBe(text);
});

describe("a file with a table", () => {
  const file = (bytes: Uint8Array<ArrayBuffer>, size = bytes.length) => ({
    name: "rooms.csv",
    size,
    arrayBuffer: async () => bytes.buffer,
  });

  it("is read as UTF-8, else as Windows writes it", async () => {
    expect(await readTableFile(file(new TextEncoder().encode("k,v\r\nBüro,1\r\n")))).toEqual({
      lines: ["k,v", "Büro,1"],
    });
    expect(await readTableFile(file(Uint8Array.from([0x6b, 0x0a, 0x42, 0xfc, 0x72, 0x6f])))).toEqual({
      lines: ["k", "Büro"],
    });
  });

  it("is refused when it is too large, or cannot be read", async () => {
    expect(await readTableFile(file(new Uint8Array(1), 3_000_000))).toMatchObject({
      problem: expect.stringContaining("larger than 2 MB"),
    });
    const gone = { ...file(new Uint8Array(1)), arrayBuffer: () => Promise.reject(new Error("it is gone")) };
    expect(await readTableFile(gone)).toEqual({ problem: "“rooms.csv” could not be read: it is gone" });
  });
});
