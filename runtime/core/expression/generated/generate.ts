import type { Code } from "../frame.ts";
import { parse } from "../parse.ts";
import { Generator } from "./generator.ts";
import { NotGenerated } from "./writer.ts";

/** @returns undefined where the expression has no generated form, or the host does not let text become code */
export function generate(source: string): Code | undefined {
  // The text of an `$eval` sees variables by name, which generated source does not keep.
  if (source.includes("eval") || !allowed()) return undefined;
  try {
    return new Generator().code(parse(source));
  } catch (thrown) {
    if (thrown instanceof NotGenerated) return undefined;
    throw thrown;
  }
}

let known: boolean | undefined;

/** Pages under a content security policy refuse; it is asked once. */
function allowed(): boolean {
  if (known === undefined) {
    try {
      known = new Function("return true")() as boolean;
    } catch {
      // Every refusal means the same: closures it is.
      known = false;
    }
  }
  return known;
}
