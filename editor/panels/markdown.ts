/**
 * The part of Markdown that node docs and comments use, parsed into blocks: headings, paragraphs, lists, tables, code
 * and quotes. There is no raw HTML in it: text stays text, so a comment out of somebody's file can do no harm.
 */
export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly text: readonly Span[] }
  | { readonly kind: "paragraph" | "quote"; readonly text: readonly Span[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly (readonly Span[])[] }
  | { readonly kind: "code"; readonly text: string }
  | {
      readonly kind: "table";
      readonly head: readonly (readonly Span[])[];
      readonly rows: readonly (readonly (readonly Span[])[])[];
    };

export type Span =
  | { readonly kind: "text" | "strong" | "emphasis" | "code"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string };

export function parseMarkdown(source: string): Block[] {
  const lines = dedent(source).split("\n");
  const blocks: Block[] = [];
  let at = 0;
  /** Takes lines while they fit, and gives them. */
  const take = (fits: (line: string) => boolean): string[] => {
    const start = at;
    while (at < lines.length && fits(lines[at]!)) at++;
    return lines.slice(start, at);
  };
  while (at < lines.length) {
    const line = lines[at]!;
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (line.trim() === "") {
      at++;
    } else if (/^\s*```/.test(line)) {
      at++;
      blocks.push({ kind: "code", text: take((each) => !/^\s*```/.test(each)).join("\n") });
      at++;
    } else if (/^ {4}/.test(line)) {
      const code = take((each) => /^ {4}/.test(each) || each.trim() === "");
      blocks.push({
        kind: "code",
        text: code
          .map((each) => each.slice(4))
          .join("\n")
          .trimEnd(),
      });
    } else if (heading) {
      at++;
      blocks.push({ kind: "heading", level: heading[1]!.length, text: spans(heading[2]!) });
    } else if (isTable(lines, at)) {
      const [head, , ...rows] = take((each) => each.trim().startsWith("|")).map(cells);
      blocks.push({ kind: "table", head: head ?? [], rows });
    } else if (itemPattern.test(line)) {
      const ordered = /^\s*\d/.test(line);
      blocks.push({
        kind: "list",
        ordered,
        items: items(take((each) => itemPattern.test(each) || /^\s{2,}\S/.test(each))),
      });
    } else if (line.startsWith(">")) {
      const quoted = take((each) => each.startsWith(">")).map((each) => each.replace(/^>\s?/, ""));
      blocks.push({ kind: "quote", text: spans(quoted.join(" ")) });
    } else {
      // The first line is a paragraph's by exclusion; it ends where another block could start.
      at++;
      const more = take(
        (each) => each.trim() !== "" && !/^(#{1,6}\s|\s*```|\s*\||>|\s*[-*]\s|\s*\d+[.)]\s)/.test(each),
      );
      blocks.push({ kind: "paragraph", text: spans([line, ...more].join(" ")) });
    }
  }
  return blocks;
}

const itemPattern = /^\s*(?:[-*]|\d+[.)])\s+/;

function isTable(lines: readonly string[], at: number): boolean {
  return lines[at]!.trim().startsWith("|") && /^\s*\|[\s:|-]+\|\s*$/.test(lines[at + 1] ?? "");
}

function cells(line: string): (readonly Span[])[] {
  const inner = line.trim().replace(/^\||\|$/g, "");
  return inner.split(/(?<!\\)\|/).map((cell) => spans(cell.trim().replaceAll("\\|", "|")));
}

/** Lines indented below an item go on with it. */
function items(lines: readonly string[]): (readonly Span[])[] {
  const texts: string[] = [];
  for (const line of lines) {
    if (itemPattern.test(line)) texts.push(line.replace(itemPattern, ""));
    else texts.push(`${texts.pop()} ${line.trim()}`);
  }
  return texts.map(spans);
}

const spanPattern = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\b_([^_]+)_\b|\[([^\]]+)\]\(([^)\s]+)\)/g;

function spans(text: string): Span[] {
  const result: Span[] = [];
  let end = 0;
  const plain = (to: number) => {
    if (to > end) result.push({ kind: "text", text: text.slice(end, to) });
  };
  for (const found of text.matchAll(spanPattern)) {
    plain(found.index);
    end = found.index + found[0].length;
    const [whole, code, strong, star, low, label, href] = found;
    if (code !== undefined) result.push({ kind: "code", text: code });
    else if (strong !== undefined) result.push({ kind: "strong", text: strong });
    else if (star !== undefined || low !== undefined)
      result.push({ kind: "emphasis", text: star ?? low ?? "" });
    else if (/^https?:\/\//.test(href!)) result.push({ kind: "link", text: label!, href: href! });
    else result.push({ kind: "text", text: whole });
  }
  plain(text.length);
  return result;
}

/** Docs written inside a source file start on a line of their own and are indented with it. */
function dedent(source: string): string {
  const text = source.replaceAll("\r\n", "\n");
  if (!text.startsWith("\n")) return text;
  const lines = text.split("\n");
  const depths = lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)![0].length);
  const depth = depths.length === 0 ? 0 : Math.min(...depths);
  return lines.map((line) => line.slice(depth)).join("\n");
}
