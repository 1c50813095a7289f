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

/**
 * Problems of an object that none of its shown fields would show: the object's own, those of fields unknown or hidden,
 * and for the whole config (pointer "") those that name no field at all.
 */
export function problemsElsewhere(
  problems: readonly Diagnostic[],
  pointer: string,
  shown: readonly string[],
): Diagnostic[] {
  return problems.filter(
    ({ field }) =>
      (pointer === "" || isWithin(field, pointer)) &&
      !shown.some((name) => isWithin(field, childPointer(pointer, name))),
  );
}

export function isWithin(pointer: string | undefined, outer: string): boolean {
  return pointer !== undefined && (pointer === outer || pointer.startsWith(`${outer}/`));
}
