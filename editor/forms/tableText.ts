/** A table as its form shows it: cells to edit, written back as the lines of CSV that the config holds. */
import {
  type CsvCell,
  csvLine,
  parseCsv,
  type Separator,
  separatorOf,
} from "../../runtime/core/table/csv.ts";
import { tableColumnsMax } from "../../runtime/core/table/lookup.ts";

export interface Grid {
  readonly separator: Separator;
  /** The first row names the columns; every row has as many cells. */
  readonly rows: readonly (readonly CsvCell[])[];
}

/** @returns undefined for a table that cells cannot show: JSON, or CSV with mistakes that only its text shows */
export function gridOf(lines: readonly string[]): Grid | undefined {
  const text = textOfTable(lines);
  if (/^\s*[[{]/.test(text)) return undefined;
  const separator = separatorOf(text);
  const { records, problems } = parseCsv(text, separator);
  const rows = records.map(({ cells }) => cells);
  const width = rows[0]?.length ?? 0;
  if (problems.length > 0 || rows.some((row) => row.length > width)) return undefined;
  return { separator, rows: rows.map((row) => filled(row, width)) };
}

export function linesOfGrid({ separator, rows }: Grid): string[] {
  // A cell of several lines takes as many lines of the table.
  return rows.flatMap((row) => linesOfText(csvLine(row, separator)));
}

export function textOfTable(lines: readonly string[]): string {
  return lines.join("\n");
}

export function linesOfText(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

export function withCell(grid: Grid, row: number, column: number, text: string): Grid {
  const cell = retyped(grid.rows[row]![column]!, text, grid);
  return { ...grid, rows: grid.rows.with(row, grid.rows[row]!.with(column, cell)) };
}

export function withRow(grid: Grid): Grid {
  return { ...grid, rows: [...grid.rows, filled([], width(grid))] };
}

export function withoutRow(grid: Grid, row: number): Grid {
  return { ...grid, rows: grid.rows.toSpliced(row, 1) };
}

export function withColumn(grid: Grid, name: string): Grid {
  const cell = (text: string): CsvCell => ({ text, quoted: false });
  const rows = grid.rows.length > 0 ? grid.rows : [[]];
  return { ...grid, rows: rows.map((row, index) => [...row, cell(index === 0 ? name : "")]) };
}

export function withoutColumn(grid: Grid, column: number): Grid {
  return { ...grid, rows: grid.rows.map((row) => row.toSpliced(column, 1)) };
}

/**
 * Cells copied from a spreadsheet, put in from a cell on; rows and columns are added as needed.
 * @returns undefined when the text is no more than one cell
 */
export function withPasted(grid: Grid, row: number, column: number, text: string): Grid | undefined {
  const lines = parseCsv(text, "\t").records.map(({ cells }) => cells.map((cell) => cell.text));
  if (lines.length <= 1 && (lines[0]?.length ?? 0) <= 1) return undefined;
  // Spreadsheets copy empty columns behind the last one, too.
  const needed = lines.reduce(
    (most, cells) => Math.max(most, cells.findLastIndex((cell) => cell !== "") + 1),
    0,
  );
  let wide = grid;
  while (width(wide) < Math.min(column + needed, columnsMax)) wide = withColumn(wide, freeName(wide));
  const rows = Array.from({ length: Math.max(wide.rows.length, row + lines.length) }, (_, at) => {
    const before = wide.rows[at] ?? filled([], width(wide));
    const cells = lines[at - row];
    return cells
      ? before.map((cell, place) => retyped(cell, cells[place - column] ?? cell.text, grid))
      : before;
  });
  return { ...grid, rows };
}

/** The key and as many others as a table may have. */
const columnsMax = tableColumnsMax + 1;

/** A name that no column has. */
export function freeName({ rows }: Grid): string {
  const names = (rows[0] ?? []).map((cell) => cell.text);
  for (let number = names.length + 1; ; number++)
    if (!names.includes(`column${number}`)) return `column${number}`;
}

/** Quotation marks that a person set to make a text of a number stay; those the text before needed go with it. */
function retyped(before: CsvCell, text: string, { separator }: Grid): CsvCell {
  if (before.text === text) return before;
  const needed = csvLine([{ ...before, quoted: false }], separator).startsWith('"');
  return { text, quoted: before.quoted && !needed };
}

function filled(row: readonly CsvCell[], width: number): readonly CsvCell[] {
  return [...row, ...Array.from({ length: width - row.length }, () => ({ text: "", quoted: false }))];
}

function width({ rows }: Grid): number {
  return rows[0]?.length ?? 0;
}
