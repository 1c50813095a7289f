import type { Diagnostic } from "../../runtime/core/diagnostic.ts";
import type { ApiError } from "../../runtime/protocol/http.ts";

/** A request that did not do what it was asked. `message` is for a person and says what to do next. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number;
  /** The server's stable code; `OFFLINE` and `UNREADABLE_ANSWER` are the editor's own. */
  readonly code: string;
  readonly diagnostics: readonly Diagnostic[];
  /** With 409: the revision and version that are there now. */
  readonly current: { readonly revision: number; readonly version: number } | undefined;

  constructor(status: number, error: ApiError) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.diagnostics = error.diagnostics ?? [];
    this.current = error.current;
  }

  /** No answer came: the runtime is down or the network is. Trying again later makes sense. */
  get offline(): boolean {
    return this.status === 0;
  }

  /** Somebody else saved or deployed in between. */
  get conflict(): boolean {
    return this.status === 409 || this.status === 412;
  }
}
