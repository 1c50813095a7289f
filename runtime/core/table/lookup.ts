/** A table that values are looked up in, written as CSV or JSON. */
import { holdsHugeNumber, jsonDepthExceeds } from "../json.ts";
import { jsonMistake } from "../jsonMistake.ts";
import { limits } from "../limits.ts";
import { type CsvCell, parseCsv } from "./csv.ts";

export type Row = Readonly<Record<string, unknown>>;

export interface LookupTable {
  /** Name of the column whose values are the keys; empty when the keys have no name. */
  readonly keyColumn: string;
  /** The others, in order. */
  readonly columns: readonly string[];
  /** By key; without the key column, and without columns in which nothing stands. */
  readonly rows: ReadonlyMap<string, Row>;
  /** What is wrong, each with its line or row; at most {@link problemsMax}. */
  readonly problems: readonly string[];
}

/** Rows are looked through at every deploy and edit, and shown to people; a register of a campus fits. */
export const tableRowsMax = 10_000;

/** Wider than any sheet a person keeps up by hand; all of it goes onto every message. */
export const tableColumnsMax = 100;

/** More than a person mends at a time. */
export const problemsMax = 20;

/**
 * Reads a table. Text that begins with { or [ is JSON: a list of objects, or an object of them by key. Anything else is CSV
 * with the names of its columns in the first line; there a cell that is written as a JSON number, true or false is one,
 * unless it stands in quotation marks, and an empty cell is nothing.
 * @param keyColumn undefined: the first column
 */
export function readTable(text: string, keyColumn: string | undefined): LookupTable {
  const draft = new Draft();
  if (/^\uFEFF?\s*[[{]/.test(text)) readJson(text, keyColumn, draft);
  else readCsv(text, keyColumn, draft);
  return draft;
}

/** As readTable, of lines; remembers the last few, for a flow is checked and drawn anew after every edit. */
export function tableOf(lines: readonly string[], keyColumn: string | undefined): LookupTable {
  const text = lines.join("\n");
  const found = recent.findIndex((each) => each.keyColumn === keyColumn && each.text === text);
  const [known] = found < 0 ? [] : recent.splice(found, 1);
  const table = known?.table ?? readTable(text, keyColumn);
  recent.unshift({ text, keyColumn, table });
  if (recent.length > recentMax) recent.pop();
  return table;
}

/** As many large tables as a flow has. */
const recentMax = 8;
const recent: { text: string; keyColumn: string | undefined; table: LookupTable }[] = [];

/** Keys are compared as text: `17` in the table is found by "17" and by 17. Undefined: not usable as a key. */
export function keyText(value: unknown): string | undefined {
  if (typeof value === "string" && value !== "") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

class Draft implements LookupTable {
  keyColumn = "";
  readonly rows = new Map<string, Row>();
  readonly problems: string[] = [];
  private readonly names = new Set<string>();
  private readonly places = new Map<string, string>();

  get columns(): readonly string[] {
    return [...this.names];
  }

  problem(text: string): void {
    if (this.problems.length < problemsMax) this.problems.push(text);
  }

  /** Keeps the names of columns in the order in which they first occur. @returns false: too many */
  note(place: string, names: readonly string[]): boolean {
    for (const name of names) this.names.add(name);
    if (this.names.size <= tableColumnsMax) return true;
    this.problem(`${place}: at most ${tableColumnsMax} columns besides the key.`);
    return false;
  }

  /** @param place such as `Line 3` */
  add(place: string, key: unknown, row: Row): void {
    const name = keyText(key);
    if (name === undefined) return this.problem(`${place}: there is no key in “${this.keyColumn}”.`);
    const before = this.places.get(name);
    if (before !== undefined) {
      return this.problem(`${place}: “${name}” is there already, in ${before.toLowerCase()}.`);
    }
    if (this.rows.size === tableRowsMax) return this.problem(`${place}: at most ${tableRowsMax} rows.`);
    this.places.set(name, place);
    this.rows.set(name, row);
  }
}

function readCsv(text: string, keyColumn: string | undefined, draft: Draft): void {
  const { records, problems } = parseCsv(text);
  for (const { line, message } of problems) draft.problem(`Line ${line}: ${message}`);
  const [head, ...lines] = records;
  if (!head) return draft.problem("The table is empty: its first line names the columns.");
  const names = head.cells.map((cell) => cell.text);
  const keyAt = keyColumn === undefined ? 0 : names.indexOf(keyColumn);
  if (keyAt < 0) return draft.problem(`There is no column “${keyColumn}”: the columns are ${listed(names)}.`);
  const others = names.filter((_, index) => index !== keyAt);
  if (!draft.note(`Line ${head.line}`, others)) return;
  draft.keyColumn = names[keyAt]!;
  for (const [index, name] of names.entries()) {
    if (name === "") draft.problem(`Line ${head.line}: column ${index + 1} has no name.`);
    else if (names.indexOf(name) < index) draft.problem(`Line ${head.line}: “${name}” is a column already.`);
  }
  for (const { line, cells } of lines) {
    // As spreadsheets leave them below a table, and people who have not filled in a row yet.
    if (cells.every(({ text, quoted }) => text === "" && !quoted)) continue;
    const place = `Line ${line}`;
    if (cells.length !== names.length) {
      draft.problem(`${place}: ${count(cells.length, "cell")}, where the first line has ${names.length}.`);
      continue;
    }
    const known = cells
      .map((cell, index) => [names[index]!, cellValue(cell)] as const)
      .filter(([, value], index) => index !== keyAt && value !== undefined);
    // A key is compared as it is written: 007 is not 7.
    draft.add(place, cells[keyAt]!.text, Object.fromEntries(known));
  }
}

function readJson(text: string, keyColumn: string | undefined, draft: Draft): void {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return draft.problem(jsonMistake(text.replace(/^\uFEFF/, "")));
  }
  if (jsonDepthExceeds(value, limits.jsonDepthMax)) return draft.problem("The JSON is nested too deeply.");
  if (holdsHugeNumber(value, text)) {
    return draft.problem("The JSON has a number beyond ±1.8e308, the largest there is.");
  }
  if (Array.isArray(value)) readList(value, keyColumn, draft);
  else readObject(value as Row, keyColumn, draft);
}

function readList(items: readonly unknown[], keyColumn: string | undefined, draft: Draft): void {
  const [first] = items;
  const name = keyColumn ?? (isRow(first) ? Object.keys(first)[0] : undefined) ?? "";
  draft.keyColumn = name;
  for (const [index, item] of items.entries()) {
    const place = `Row ${index + 1}`;
    if (!isRow(item)) {
      draft.problem(`${place}: expected an object with the columns.`);
      continue;
    }
    const { [name]: key, ...row } = item;
    if (!draft.note(place, Object.keys(row))) return;
    draft.add(place, Object.hasOwn(item, name) ? key : undefined, row);
  }
}

function readObject(items: Row, keyColumn: string | undefined, draft: Draft): void {
  if (keyColumn !== undefined) {
    draft.problem(`There is no column “${keyColumn}”: in an object of rows, their names are the keys.`);
  }
  for (const [key, item] of Object.entries(items)) {
    const place = `“${key.slice(0, 80)}”`;
    if (!isRow(item)) {
      draft.problem(`${place}: expected an object with the columns.`);
      continue;
    }
    if (!draft.note(place, Object.keys(item))) return;
    draft.add(place, key, item);
  }
}

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function cellValue({ text, quoted }: CsvCell): unknown {
  if (quoted) return text;
  if (text === "") return undefined;
  if (text === "true" || text === "false") return text === "true";
  if (!number.test(text)) return text;
  const value = Number(text);
  // Serial numbers longer than a number is exact, and what overflows, stay text.
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? value : text;
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listed(names: readonly string[]): string {
  return names.slice(0, 10).join(", ") + (names.length > 10 ? ", …" : "");
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
