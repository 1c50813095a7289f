/** A mistake in a flow document, found before deploy and shown at the place it belongs to. */
export interface Diagnostic {
  /** An `error` refuses the deploy, a `warning` does not. */
  readonly severity: "error" | "warning";
  /** A code of the catalogue in errors.ts. */
  readonly code: string;
  /** What is wrong and what to do, for a person. */
  readonly message: string;
  /** The node it belongs to; absent for the document as a whole. */
  readonly node?: string;
  /** JSON pointer into the node's config, such as `/rules/0/when`. */
  readonly field?: string;
  /** The wire it belongs to, as written in the document. */
  readonly wire?: string;
  /** Offset in the text of an expression field, UTF-16 units. */
  readonly position?: number;
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((each) => each.severity === "error");
}
