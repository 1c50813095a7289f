/** /login and /logout, for browsers. Scripts send a bearer token with every request instead. */
import express, { type Request, type RequestHandler, type Response, Router } from "express";
import { rateLimit } from "express-rate-limit";
import { Refusal } from "../protocol/refusal.ts";
import type { Access } from "./access.ts";
import { limits } from "./limits.ts";
import { type LoginState, loginPage } from "./loginPage.ts";

export function loginRoutes(access: Access): Router {
  const router = Router();
  const guarded = failureLimit();

  router.get("/login", guarded, async (request, response) => {
    const { token } = request.query;
    if (typeof token !== "string") return sendPage(response, 200, "fresh");
    const cookie = await access.redeemLink(token);
    if (cookie !== undefined) return enter(response, cookie);
    // A second click on the printed link by somebody who is in already is no mistake.
    if (isLoggedIn(access, request)) return response.redirect(303, "/");
    sendPage(response, 401, "link-used");
  });

  router.post(
    "/login",
    guarded,
    express.urlencoded({ extended: false, limit: limits.formBytesMax }),
    async (request, response) => {
      access.checkOrigin(request.headers, undefined);
      const secret: unknown = request.body?.secret;
      const cookie = typeof secret === "string" ? await access.logIn(secret) : undefined;
      if (cookie === undefined) return sendPage(response, 401, "wrong");
      enter(response, cookie);
    },
  );

  router.post("/logout", async (request, response) => {
    const identity = access.identify(request.headers);
    access.checkOrigin(request.headers, identity);
    response.set("Set-Cookie", await access.logOut(identity)).redirect(303, "/login");
  });

  function sendPage(response: Response, status: number, state: LoginState): void {
    response
      .status(status)
      .set("Cache-Control", "no-store")
      .type("html")
      .send(loginPage(state, access.hasPassword));
  }

  return router;
}

function enter(response: Response, cookie: string): void {
  response.set("Set-Cookie", cookie).set("Cache-Control", "no-store").redirect(303, "/");
}

export function isLoggedIn(access: Access, request: Request): boolean {
  try {
    access.identify(request.headers);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** Counts answers of 401 alone: whoever is in may come and go. */
function failureLimit(): RequestHandler {
  return rateLimit({
    windowMs: limits.windowMs,
    limit: limits.failuresPerWindowMax,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_request, response) => response.statusCode !== 401,
    // We stand behind no proxy that we know of, so these headers are the caller's own and mean nothing.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: (_request, response) => {
      response.status(429).type("text").send("Too many wrong attempts. Wait a minute, then try again.\n");
    },
  });
}
