import { linesOfText } from "./tableText.ts";

/** A register of 10,000 rows is about 1 MB; a flow as a whole may have 5. */
const bytesMax = 2 * 1024 ** 2;

/** Reads a table that somebody chose: UTF-8, or else what spreadsheets on Windows still write. */
export async function readTableFile(
  file: Pick<File, "name" | "size" | "arrayBuffer">,
): Promise<{ readonly lines: string[] } | { readonly problem: string }> {
  if (file.size > bytesMax)
    return { problem: `“${file.name}” is larger than 2 MB. Leave out rows or columns.` };
  try {
    const lines = linesOfText(decode(await file.arrayBuffer()));
    // The line end of the last row begins no line.
    if (lines.at(-1) === "") lines.pop();
    return { lines };
  } catch (cause) {
    return { problem: `“${file.name}” could not be read: ${cause instanceof Error ? cause.message : cause}` };
  }
}

function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
