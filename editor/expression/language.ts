/** JSONata for CodeMirror: enough of a tokenizer to colour it. Mistakes are found by the compiler, not here. */
import { HighlightStyle, StreamLanguage, type StringStream, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { tags } from "@lezer/highlight";

export function jsonata(): Extension {
  return [language, syntaxHighlighting(colours)];
}

const language = StreamLanguage.define<Comment>({
  name: "jsonata",
  startState: () => ({ open: false }),
  copyState: (state) => ({ ...state }),
  token,
  languageData: { closeBrackets: { brackets: ["(", "[", "{", '"', "'", "`"] } },
  tokenTable: {
    functionCall: tags.function(tags.variableName),
    binding: tags.local(tags.variableName),
    field: tags.propertyName,
  },
});

/** A comment can span lines: the only thing remembered from line to line. */
interface Comment {
  open: boolean;
}

const words: ReadonlySet<string> = new Set(["and", "or", "in", "function", "true", "false", "null"]);

function token(stream: StringStream, comment: Comment): string | null {
  if (comment.open || stream.match("/*")) {
    comment.open = !stream.match(/^.*?\*\//);
    if (comment.open) stream.skipToEnd();
    return "comment";
  }
  if (stream.eatSpace()) return null;
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'(?:[^'\\]|\\.)*'?/)) return "string";
  if (stream.match(/^`[^`]*`?/)) return "field";
  if (stream.match(/^(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/)) return "number";
  if (stream.match(/^\$[A-Za-z_]\w*(?=\s*\()/)) return "functionCall";
  if (stream.match(/^\${1,2}\w*/)) return "binding";
  const word = stream.match(/^[A-Za-z_]\w*/);
  if (word && word !== true) return words.has(word[0]) ? "keyword" : "field";
  if (stream.match(/^(?::=|!=|<=|>=|~>|\*\*|\.\.|\?:|\?\?|[+\-*/%=<>&?:|@#^])/)) return "operator";
  stream.next();
  return null;
}

const purple = "color-mix(in srgb, var(--tile-transform) 62%, var(--text))";

const colours = HighlightStyle.define([
  { tag: tags.comment, color: "var(--text-dim)", fontStyle: "italic" },
  { tag: tags.string, color: "var(--ok-text)" },
  { tag: tags.number, color: "var(--warning)" },
  { tag: tags.keyword, color: purple },
  { tag: [tags.function(tags.variableName), tags.local(tags.variableName)], color: purple },
  { tag: tags.propertyName, color: "var(--text)" },
  { tag: tags.operator, color: "var(--text-dim)" },
]);
