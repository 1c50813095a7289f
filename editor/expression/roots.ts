/**
 * The names an expression takes from its input itself: `payload` in `payload.temperature`, but not `level` in
 * `payload.rooms[level > 3]`, which belongs to the rooms. Read from the text, because that is all a hint needs.
 */
export function rootNames(source: string): readonly string[] {
  const names = new Set<string>();
  /** For every open bracket: do names inside belong to something else than the input? */
  const foreign: boolean[] = [];
  let before = "";
  for (const found of source.matchAll(tokenPattern)) {
    const [text, skipped, quoted, word] = found;
    if (skipped !== undefined) continue;
    if (/^[([{]$/.test(text)) {
      foreign.push(foreign.at(-1) === true || opensOther(text, before));
    } else if (/^[)\]}]$/.test(text)) {
      foreign.pop();
    } else if (quoted !== undefined || (word !== undefined && !words.has(word))) {
      const bound = before === "." || before === "@" || before === "#";
      if (!bound && foreign.at(-1) !== true) names.add(quoted ?? word ?? "");
    }
    before = text;
  }
  return [...names];
}

/** Blanks, comments, texts and patterns; `quoted names`; words and variables; single signs. */
const tokenPattern =
  /(\s+|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\/(?:[^/\\\n]|\\.)+\/[im]*(?=\s*[,)]))|`([^`]*)`?|([A-Za-z_]\w*)|\$\w*|\d[\w.]*|[\s\S]/g;

const words: ReadonlySet<string> = new Set(["and", "or", "in", "function", "true", "false", "null"]);

/** A predicate, a step in parentheses, a grouping or a sorting looks at what stands before it. */
function opensOther(bracket: string, before: string): boolean {
  if (bracket === "(") return before === "." || before === "^";
  return /^[\w`)\]}$]/.test(before) && !words.has(before);
}
