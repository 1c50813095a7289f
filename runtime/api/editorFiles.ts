/** The editor's built files. Whoever is not logged in is shown the way in; the files themselves are no secret. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import express, { type Request, type RequestHandler, Router } from "express";
import { Refusal } from "../protocol/refusal.ts";

/**
 * @param folder of the build: index.html, and assets/ whose names carry a hash of their content
 */
export function editorFiles(folder: string, isLoggedIn: (request: Request) => boolean): RequestHandler {
  const router = Router();
  const page = join(folder, "index.html");

  router.use(
    "/assets",
    express.static(join(folder, "assets"), { index: false, redirect: false, immutable: true, maxAge: "1y" }),
  );
  router.use(
    express.static(folder, {
      index: false,
      redirect: false,
      setHeaders: (response) => response.set("Cache-Control", "no-cache"),
    }),
  );
  // Every other path without an ending is a place in the editor.
  router.get(/^\/[^.]*$/, (request, response) => {
    response.set("Cache-Control", "no-store");
    if (!isLoggedIn(request)) return response.redirect(302, "/login");
    if (!existsSync(page)) {
      return response
        .status(503)
        .type("text")
        .send(`The editor is not built: ${page} is missing. Run "npm run build".\n`);
    }
    response.sendFile(page, { cacheControl: false });
  });
  router.use((request) => {
    throw new Refusal("NOT_FOUND", `There is nothing at ${request.path.slice(0, 200)}.`);
  });
  return router;
}
