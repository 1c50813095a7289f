/**
 * The errors of the HTTP API that a caller can cause or must know about: one catalogue of codes with their HTTP
 * status. A shell folder throws a {@link Refusal}; the API turns it into an ApiError body.
 */
import type { Diagnostic } from "../core/diagnostic.ts";

/** HTTP status of each code. Codes are stable: scripts and the editor act on them. */
export const refusalStatus = {
  BAD_REQUEST: 400,
  JSON_MALFORMED: 400,
  JSON_TOO_DEEP: 400,
  BODY_INVALID: 400,
  NOT_LOGGED_IN: 401,
  LOGIN_WRONG: 401,
  ORIGIN_FOREIGN: 403,
  HOST_FOREIGN: 403,
  NOT_FOUND: 404,
  FLOW_UNKNOWN: 404,
  NODE_UNKNOWN: 404,
  VERSION_UNKNOWN: 404,
  CONNECTION_UNKNOWN: 404,
  DEAD_LETTER_UNKNOWN: 404,
  METHOD_NOT_ALLOWED: 405,
  FLOW_EXISTS: 409,
  FLOW_CONFLICT: 409,
  FLOW_NOT_LIVE: 409,
  FLOW_PAUSED: 409,
  NOT_REPLAYABLE: 409,
  CONNECTION_BUILTIN: 409,
  CONNECTION_IN_USE: 409,
  BODY_TOO_LARGE: 413,
  BODY_NOT_JSON: 415,
  FLOW_INVALID: 422,
  CONNECTION_INVALID: 422,
  IF_MATCH_MISSING: 428,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  DATA_PLANE_DOWN: 503,
} as const;
export type RefusalCode = keyof typeof refusalStatus;

export interface RefusalDetails {
  readonly diagnostics?: readonly Diagnostic[];
  /** What is there now, when the caller's copy is stale. */
  readonly current?: { readonly revision: number; readonly version: number };
}

export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly details: RefusalDetails;

  /** @param message what happened, where, and what to do, for a person */
  constructor(code: RefusalCode, message: string, details: RefusalDetails = {}) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.details = details;
  }
}
