/** JSON pointers (RFC 6901) into a config, and the diagnostics that belong to them. */
import type { Diagnostic } from "../../runtime/core/diagnostic.ts";

export function childPointer(pointer: string, name: string | number): string {
  return `${pointer}/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Problems of exactly this place. */
export function problemsAt(problems: readonly Diagnostic[], pointer: string): Diagnostic[] {
  return problems.filter((each) => each.field === pointer);
}

/** Problems of this place and of everything inside it. */
export function problemsWithin(problems: readonly Diagnostic[], pointer: string): Diagnostic[] {
  return problems.filter((each) => isWithin(each.field, pointer));
}

/** Problems that no top-level field of these names would show: the form has to show them itself. */
export function problemsElsewhere(problems: readonly Diagnostic[], names: readonly string[]): Diagnostic[] {
  return problems.filter((each) => !names.some((name) => isWithin(each.field, childPointer("", name))));
}

export function isWithin(pointer: string | undefined, outer: string): boolean {
  return pointer !== undefined && (pointer === outer || pointer.startsWith(`${outer}/`));
}
