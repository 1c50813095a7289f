/** Whatever goes wrong while a request is handled, as an ApiError body. */
import { constants } from "node:os";
import type { ErrorRequestHandler, Response } from "express";
import type { ApiError } from "../protocol/http.ts";
import { Refusal, refusalStatus } from "../protocol/refusal.ts";

export function sendRefusal(response: Response, refusal: Refusal): void {
  const { diagnostics, current } = refusal.details;
  const body: ApiError = {
    code: refusal.code,
    message: refusal.message,
    ...(diagnostics ? { diagnostics: [...diagnostics] } : {}),
    ...(current ? { current: { revision: current.revision, version: current.version } } : {}),
  };
  response.status(refusalStatus[refusal.code]).json(body);
}

/** @param report told about errors of ours, with what was asked */
export function problemHandler(report: (what: string, error: unknown) => void): ErrorRequestHandler {
  // Four parameters tell express that this handles errors.
  return (error: unknown, request, response, _next) => {
    const refusal = toRefusal(error);
    if (refusal.code === "INTERNAL") report(`${request.method} ${request.path} failed`, error);
    // Too late for another answer: breaking the connection tells the caller that this one is not whole.
    if (response.headersSent) response.destroy();
    else sendRefusal(response, refusal);
  };
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  // Errors of express and its body reader carry a type or a status below 500 when the request is at fault.
  const { type, status, limit } = error as { type?: string; status?: number; limit?: number };
  if (type === "entity.too.large") {
    return new Refusal("BODY_TOO_LARGE", `The body is larger than ${Math.floor((limit ?? 0) / 1024)} kB.`);
  }
  if (type === "encoding.unsupported") {
    return new Refusal("BODY_NOT_JSON", "Send the body as it is, without Content-Encoding.");
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return new Refusal("BAD_REQUEST", `The request cannot be read: ${(error as Error).message}.`);
  }
  // lmdb passes the system's number on as code.
  if ((error as { code?: unknown }).code === constants.errno.ENOSPC) {
    return new Refusal(
      "INTERNAL",
      "Nothing was saved: the disk of the data folder is full. Make room, then try again.",
    );
  }
  return new Refusal("INTERNAL", "Something went wrong inside Millrace; its log says what. Try again.");
}
