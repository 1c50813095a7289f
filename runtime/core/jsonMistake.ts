/**
 * Says what is wrong with a text that is not JSON, with its line: in the same words on every engine.
 * @param text one that JSON.parse refused
 */
export function jsonMistake(text: string): string {
  const at = mistakeAt(text);
  const rest = text.slice(at);
  if (rest.trim() === "") return "The JSON ends too early: something is not closed or missing.";
  const found = /^(?:[\w.+-]+|.)/su.exec(rest)?.[0] ?? "";
  const line = text.slice(0, at).split("\n").length;
  const where = text.includes("\n") ? ` in line ${line}` : "";
  return `“${found}”${where} does not fit: texts and names need double quotes, and after the last item comes no comma.`;
}

/** Offset of the first token that does not fit, which engines tell in words of their own or not at all. */
function mistakeAt(text: string): number {
  const token =
    /\s*(?:("(?:[^"\\\n]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)\b)|([{}[\],:]))/y;
  const open: string[] = [];
  // What may come next; "name" is the key of an object, "end" of an open bracket or the text.
  let wanted: "value" | "valueOrEnd" | "name" | "nameOrEnd" | "colon" | "end" = "value";
  for (;;) {
    const start = token.lastIndex;
    const found = token.exec(text);
    const [, scalar, sign] = found ?? [];
    const expectsValue: boolean = wanted === "value" || wanted === "valueOrEnd";
    const expectsName: boolean = wanted === "name" || wanted === "nameOrEnd";
    if (scalar !== undefined && (expectsValue || (expectsName && scalar.startsWith('"')))) {
      wanted = expectsName ? "colon" : "end";
    } else if (sign === ":" && wanted === "colon") {
      wanted = "value";
    } else if ((sign === "{" || sign === "[") && expectsValue) {
      open.push(sign);
      wanted = sign === "{" ? "nameOrEnd" : "valueOrEnd";
    } else if (sign === "," && wanted === "end" && open.length > 0) {
      wanted = open.at(-1) === "{" ? "name" : "value";
    } else if (sign && closes(sign, open.at(-1)) && (wanted === "end" || wanted.endsWith("OrEnd"))) {
      open.pop();
      wanted = "end";
    } else {
      return start + (/^\s*/.exec(text.slice(start))?.[0].length ?? 0);
    }
  }
}

function closes(sign: string, opened: string | undefined): boolean {
  return (sign === "}" && opened === "{") || (sign === "]" && opened === "[");
}
