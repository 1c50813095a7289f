import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CsvCell,
  csvLine,
  parseCsv,
  type Separator,
  separatorOf,
} from "../../../runtime/core/table/csv.ts";

const texts = (text: string, separator?: Separator) =>
  parseCsv(text, separator).records.map(({ cells }) => cells.map((cell) => cell.text));

describe("CSV", () => {
  it.each<[what: string, text: string, expected: string[][]]>([
    [
      "lines that end in any way, the last one or not",
      "a,b\r\n1,2\n3,4\r5,6",
      [
        ["a", "b"],
        ["1", "2"],
        ["3", "4"],
        ["5", "6"],
      ],
    ],
    [
      "separators, quotation marks and line ends in quotation marks",
      '"a,b","say ""hi""","two\r\nlines"\n',
      [["a,b", 'say "hi"', "two\r\nlines"]],
    ],
    ["empty cells, in quotation marks or not, at either end", ',"",\n', [["", "", ""]]],
    ["no empty lines", "\n\na\n  \n\nb\n\n", [["a"], ["b"]]],
    ["an empty cell in quotation marks as a record", 'a\n""\n', [["a"], [""]]],
    [
      "spaces around cells as nothing, within quotation marks as they are",
      '  a  , " b " ,c d\n',
      [["a", " b ", "c d"]],
    ],
    ["a quotation mark within a cell as a letter", '5" pipe,3/4"\n', [['5" pipe', '3/4"']]],
    ["a byte order mark as nothing", "\uFEFFa,b", [["a", "b"]]],
    ["nothing", "", []],
  ])("reads %s", (_what, text, expected) => {
    expect(texts(text)).toEqual(expected);
    expect(parseCsv(text).problems).toEqual([]);
  });

  it("tells which cells stood in quotation marks, and in which line a record begins", () => {
    expect(parseCsv('a,"1"\n\n"x\ny",2\nz,3').records).toEqual([
      {
        line: 1,
        cells: [
          { text: "a", quoted: false },
          { text: "1", quoted: true },
        ],
      },
      {
        line: 3,
        cells: [
          { text: "x\ny", quoted: true },
          { text: "2", quoted: false },
        ],
      },
      {
        line: 5,
        cells: [
          { text: "z", quoted: false },
          { text: "3", quoted: false },
        ],
      },
    ]);
  });

  it("says where a quotation mark is not closed, or followed by something, and reads on", () => {
    const { records, problems } = parseCsv('a,b\n"x"y,1\nc,d\n"e\nf,g\n');
    expect(problems).toMatchObject([
      { line: 2, message: expect.stringContaining("“y”") },
      { line: 4, message: "A quotation mark is opened and never closed." },
    ]);
    expect(records.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
  });

  it.each<[text: string, separator: Separator]>([
    ["a,b;c,d", ","],
    ["a;b;c,d", ";"],
    ["a\tb", "\t"],
    ['"x;y;z",b', ","],
    ["a\n1;2;3", ","],
    ["", ","],
  ])("finds the separator of %j in its first line", (text, separator) => {
    expect(separatorOf(text)).toBe(separator);
  });

  it("reads back whatever cells it wrote, with any separator", () => {
    const letters = fc.constantFrom("a", "1", '"', ",", ";", "\t", "\n", "\r", " ", "é", "\uFEFF", "");
    const cell: fc.Arbitrary<CsvCell> = fc.record({
      text: fc.array(letters, { maxLength: 6 }).map((parts) => parts.join("")),
      quoted: fc.boolean(),
    });
    const records = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(records, fc.constantFrom<Separator>(",", ";", "\t"), (given, separator) => {
        const text = given.map((cells) => csvLine(cells, separator)).join("\n");
        const read = parseCsv(text, separator);
        expect(read.problems).toEqual([]);
        expect(read.records.map(({ cells }) => cells.map((each) => each.text))).toEqual(
          given.map((cells) => cells.map((each) => each.text)),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads any text without failing", () => {
    const noise = fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r", "a", " "), maxLength: 30 });
    fc.assert(
      fc.property(noise, (text) => {
        const { records, problems } = parseCsv(text);
        const lines = text.split(/\r\n|\n|\r/).length;
        for (const { line } of [...records, ...problems]) expect(line).toBeLessThanOrEqual(lines);
      }),
      { numRuns: 2_000 },
    );
  });
});
