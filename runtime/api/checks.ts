/** What every request is held against before its handler sees it. */
import { TextDecoder } from "node:util";
import type { Request, RequestHandler } from "express";
import { ipKeyGenerator, type Options, type RateLimitRequestHandler, rateLimit } from "express-rate-limit";
import { Compile } from "typebox/compile";
import { Refusal } from "../protocol/refusal.ts";
import { parseJson } from "./json.ts";
import { limits } from "./limits.ts";
import { sendRefusal } from "./problems.ts";
import type { RouteBody } from "./route.ts";

/** @returns reads the body of a request; throws Refusal BODY_… or JSON_… */
export function bodyChecker(body: RouteBody): (request: Request) => unknown {
  const compiled = body.unchecked ? undefined : Compile(body.schema);
  return (request) => {
    if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? "")) {
      throw new Refusal("BODY_NOT_JSON", "Send the body as JSON, with Content-Type: application/json.");
    }
    const value = parseJson(decodeUtf8(request.body));
    if (!compiled || compiled.Check(value)) return value;
    const found = compiled.Errors(value).filter((each) => each.keyword !== "boolean");
    const places = found.slice(0, 5).map((each) => {
      const unknown = each.keyword === "additionalProperties" ? each.params.additionalProperties : undefined;
      const place = each.instancePath === "" ? "the body" : each.instancePath;
      return unknown ? `${place} has the unknown field ${unknown.join(", ")}` : `${place} ${each.message}`;
    });
    throw new Refusal("BODY_INVALID", `The body does not fit: ${places.join("; ")}.`);
  };
}

/** Without a body express leaves it undefined. */
function decodeUtf8(body: unknown): string {
  if (!(body instanceof Uint8Array)) return "";
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    // The decoder throws for one reason alone.
    throw new Refusal("JSON_MALFORMED", "The body is not JSON: it is not UTF-8 text.");
  }
}

/** @throws Refusal IF_MATCH_MISSING, BAD_REQUEST */
export function readRevision(request: Request): number {
  const text = request.headers["if-match"];
  if (text === undefined) {
    throw new Refusal(
      "IF_MATCH_MISSING",
      'Say which revision this is based on: send its ETag as If-Match, such as If-Match: "7". So nobody\'s changes are overwritten unseen.',
    );
  }
  const revision = /^"(\d{1,15})"$/.exec(text)?.[1];
  if (revision === undefined)
    throw new Refusal("BAD_REQUEST", 'If-Match must be one ETag, such as "7" with its quotes.');
  return Number(revision);
}

/** Per address, over all routes. */
export function requestLimit(): RequestHandler {
  return refuseBeyond(limits.requestsPerWindowMax, limits.requestsWindowMs, "Too many requests.", {});
}

/**
 * Per address, over requests with a wrong bearer token: so that a token cannot be guessed. A right one counts only once
 * the limit is reached, when it is refused as well; many at a time are no guesses.
 */
export function wrongTokenLimit(isRight: (request: Request) => boolean): RequestHandler {
  const limit = limits.wrongTokensPerWindowMax;
  const limiter = refuseBeyond(limit, limits.wrongTokensWindowMs, "Too many wrong tokens.", {
    keyGenerator: addressOf,
    skip: async (request) => {
      if (request.headers.authorization === undefined) return true;
      const known = await limiter.getKey(addressOf(request));
      return (known?.totalHits ?? 0) < limit && isRight(request);
    },
  });
  return limiter;
}

/** A person has a /56 of IPv6 addresses. */
function addressOf(request: Request): string {
  return ipKeyGenerator(request.ip ?? "", 56);
}

function refuseBeyond(
  limit: number,
  windowMs: number,
  text: string,
  options: Partial<Options>,
): RateLimitRequestHandler {
  return rateLimit({
    windowMs,
    limit,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    // We stand behind no proxy that we know of, so these headers are the caller's own and mean nothing.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: (_request, response) => {
      sendRefusal(
        response,
        new Refusal("RATE_LIMITED", `${text} Retry-After says how many seconds to wait.`),
      );
    },
    ...options,
  });
}
