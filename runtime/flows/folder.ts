/** Flow files of a folder, for operating Millrace from git: `--flows DIR`. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, hasErrors } from "../core/diagnostic.ts";
import type { FlowDocument } from "../core/flow/document.ts";
import { Refusal } from "../protocol/refusal.ts";

/** The folder itself cannot be used; the text says what to do. */
export class FlowFolderError extends Error {}

/** Takes a document from a file; see flows.ts. */
interface Deployer {
  deployDocument(flow: FlowDocument): Promise<boolean>;
}

interface Report {
  info(text: string): void;
  warn(text: string): void;
}

/**
 * Deploys every flow file that differs from what runs, and tells of each what became of it.
 * @throws FlowFolderError when the folder cannot be read
 */
export async function deployFlowFolder(
  folder: string,
  parseText: ParseText,
  flows: Deployer,
  report: Report,
): Promise<void> {
  const files = readFlowFolder(folder, parseText);
  if (files.length === 0) report.warn(`--flows ${folder} holds no *.json file.`);
  for (const each of files) {
    if ("problem" in each) {
      report.warn(`The flow file ${each.file} is left out: ${each.problem}`);
      continue;
    }
    try {
      const changed = await flows.deployDocument(each.flow);
      report.info(`${each.file}: "${each.flow.name}" ${changed ? "is deployed" : "runs already"}.`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      report.warn(`The flow file ${each.file} is not deployed: ${error.message}`);
    }
  }
}

export type FlowFile =
  | { readonly file: string; readonly flow: FlowDocument }
  | { readonly file: string; readonly problem: string };

type ParseText = (text: string) => {
  readonly flow?: FlowDocument;
  readonly diagnostics: readonly Diagnostic[];
};

/**
 * Every `*.json` of the folder itself, by name. A file that cannot be used gives a problem and stops no other.
 * @throws FlowFolderError when the folder cannot be read
 */
export function readFlowFolder(folder: string, parseText: ParseText): FlowFile[] {
  const files = namesIn(folder)
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

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new FlowFolderError(
      `The folder of --flows ${folder} cannot be read (${code}). Check that it is there and may be read.`,
    );
  }
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
