/**
 * CSV as RFC 4180 writes it: cells in quotation marks may hold separators, line ends and doubled quotation marks.
 *
 * Beyond the RFC, as files of people and their spreadsheets need it: the separator may be a semicolon or a tab, spaces
 * around a cell do not count, lines end with CRLF, LF or CR, empty lines are skipped, and a quotation mark in the middle
 * of a cell is one of its letters.
 */

export interface CsvCell {
  readonly text: string;
  /** It was written in quotation marks: text, whatever it looks like. */
  readonly quoted: boolean;
}

export interface CsvRecord {
  /** Line it begins in, from 1. */
  readonly line: number;
  readonly cells: readonly CsvCell[];
}

export interface CsvProblem {
  readonly line: number;
  /** Without the line. */
  readonly message: string;
}

export type Separator = "," | ";" | "\t";

/** Everything that can be read of a text, and what cannot. Never throws. */
export function parseCsv(
  text: string,
  separator: Separator = separatorOf(text),
): { readonly records: readonly CsvRecord[]; readonly problems: readonly CsvProblem[] } {
  const reader = new Reader(text, separator);
  const records: CsvRecord[] = [];
  while (!reader.atEnd) {
    const record = reader.record();
    const [first] = record.cells;
    if (record.cells.length > 1 || first!.text !== "" || first!.quoted) records.push(record);
  }
  return { records, problems: reader.problems };
}

/** The sign that stands most often outside quotation marks in the first line; a comma when there is none. */
export function separatorOf(text: string): Separator {
  const outside = text.replace(/"[^"]*"/g, "");
  const line = /[^\r\n]+/.exec(outside)?.[0] ?? "";
  const count = (sign: string) => line.split(sign).length;
  let best: Separator = ",";
  for (const sign of [";", "\t"] as const) if (count(sign) > count(best)) best = sign;
  return best;
}

/**
 * A record as a line of CSV: a cell stands in quotation marks where its text asks for them, or it did before. Signs that would
 * make a reader take the text for another separator, or for JSON, ask for them too.
 */
export function csvLine(cells: readonly CsvCell[], separator: Separator): string {
  // Nothing at all would be an empty line, which is skipped.
  if (cells.length === 1 && cells[0]!.text === "") return '""';
  return cells
    .map(({ text, quoted }) => {
      const asks = /["\r\n,;\t]|^[[{]/.test(text) || text !== text.trim();
      return quoted || asks ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(separator);
}

class Reader {
  readonly problems: CsvProblem[] = [];
  private readonly text: string;
  private readonly separator: Separator;
  private at: number;
  private line = 1;

  constructor(text: string, separator: Separator) {
    this.text = text;
    this.separator = separator;
    // Spreadsheets begin a file with a byte order mark.
    this.at = text.startsWith("\uFEFF") ? 1 : 0;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  record(): CsvRecord {
    const { line } = this;
    const cells: CsvCell[] = [];
    for (;;) {
      cells.push(this.cell());
      if (this.text[this.at] === this.separator) this.at++;
      else break;
    }
    this.skipLineEnd();
    return { line, cells };
  }

  private cell(): CsvCell {
    this.skipSpaces();
    return this.text[this.at] === '"' ? this.quotedCell() : { text: this.rest().trim(), quoted: false };
  }

  private quotedCell(): CsvCell {
    const { line } = this;
    let text = "";
    for (;;) {
      const end = this.text.indexOf('"', this.at + 1);
      if (end < 0) {
        this.problems.push({ line, message: "A quotation mark is opened and never closed." });
        text += this.text.slice(this.at + 1);
        this.at = this.text.length;
        return { text, quoted: true };
      }
      const part = this.text.slice(this.at + 1, end);
      this.line += part.match(lineEnds)?.length ?? 0;
      text += part;
      this.at = end + 1;
      if (this.text[this.at] !== '"') break;
      text += '"';
    }
    this.skipSpaces();
    const behind = this.rest();
    if (behind !== "") {
      const message = `After a closing quotation mark stands “${behind.slice(0, 40)}”. Write a quotation mark within quotation marks twice.`;
      this.problems.push({ line: this.line, message });
    }
    return { text, quoted: true };
  }

  /** Up to the next separator or line end. */
  private rest(): string {
    const start = this.at;
    while (!this.atEnd && this.text[this.at] !== this.separator && !isLineEnd(this.text[this.at]!)) this.at++;
    return this.text.slice(start, this.at);
  }

  private skipSpaces(): void {
    while (this.text[this.at] === " " || (this.text[this.at] === "\t" && this.separator !== "\t")) this.at++;
  }

  private skipLineEnd(): void {
    if (this.atEnd) return;
    this.at += this.text.startsWith("\r\n", this.at) ? 2 : 1;
    this.line++;
  }
}

const lineEnds = /\r\n|\n|\r/g;

function isLineEnd(sign: string): boolean {
  return sign === "\n" || sign === "\r";
}
