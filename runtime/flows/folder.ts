/** Flow files of a folder, for operating Millrace from git: `--flows DIR`. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, hasErrors } from "../core/diagnostic.ts";
import type { FlowDocument } from "../core/flow/document.ts";

export type FlowFile =
  | { readonly file: string; readonly flow: FlowDocument }
  | { readonly file: string; readonly problem: string };

type ParseText = (text: string) => {
  readonly flow?: FlowDocument;
  readonly diagnostics: readonly Diagnostic[];
};

/**
 * Every `*.json` of the folder itself, by name. A file that cannot be used gives a problem and stops no other.
 * @throws when the folder cannot be read
 */
export function readFlowFolder(folder: string, parseText: ParseText): FlowFile[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort();
  const owners = new Map<string, string>();
  return files.map((name): FlowFile => {
    const file = join(folder, name);
    const read = readFlowFile(file, parseText);
    if ("problem" in read) return read;
    const owner = owners.get(read.flow.id);
    if (owner)
      return {
        file,
        problem: `it has the same id "${read.flow.id}" as ${owner}; give one of them another id`,
      };
    owners.set(read.flow.id, file);
    return read;
  });
}

function readFlowFile(file: string, parseText: ParseText): FlowFile {
  let text: string;
  try {
    const { size } = statSync(file);
    if (size > fileBytesMax) return { file, problem: `it is larger than ${fileBytesMax / 1024 ** 2} MB` };
    text = readFileSync(file, "utf8");
  } catch (error) {
    return { file, problem: `it cannot be read (${(error as NodeJS.ErrnoException).code})` };
  }
  const { flow, diagnostics } = parseText(text);
  if (flow && !hasErrors(diagnostics)) return { file, flow };
  const first = diagnostics.find((each) => each.severity === "error");
  return { file, problem: first ? first.message : "it holds no flow document" };
}

/** As for the body of a flow over HTTP; see api/limits.ts. */
const fileBytesMax = 5 * 1024 ** 2;
