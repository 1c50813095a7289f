/**
 * The HTTP side as one express application: security headers, login, the API from its list of routes, the editor's
 * files. A request passes, in this order: Host, rate, login, Origin, body, handler.
 */
import type { IncomingHttpHeaders } from "node:http";
import express, {
  type Express,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from "express";
import { Refusal } from "../protocol/refusal.ts";
import { bodyChecker, readRevision, requestLimit, wrongTokenLimit } from "./checks.ts";
import { problemHandler, sendRefusal } from "./problems.ts";
import { type Call, parametersOf, pathParameters, type Route } from "./route.ts";
import { allRoutes } from "./routes.ts";
import { securityHeaders } from "./security.ts";
import type { Services } from "./services.ts";

/** Who may call; every check throws a Refusal. See auth/access.ts. */
export interface Gate<Identity> {
  checkHost(headers: IncomingHttpHeaders): void;
  identify(headers: IncomingHttpHeaders): Identity;
  checkOrigin(headers: IncomingHttpHeaders, identity: Identity | undefined): void;
}

export interface AppOptions<Identity> {
  readonly services: Services;
  readonly gate: Gate<Identity>;
  /** /login and /logout. */
  readonly login: Router;
  /** The editor's files, for every path that is nothing else. */
  readonly editor: RequestHandler;
  readonly version: string;
  /** Told about errors of ours. */
  readonly report: (what: string, error: unknown) => void;
}

export function createApp<Identity>(options: AppOptions<Identity>): Express {
  const app = express();
  app.disable("x-powered-by");
  // ETags are revisions here, set by the routes that have them.
  app.set("etag", false);
  app.set("query parser", "simple");
  app.use(securityHeaders());
  app.use((request, _response, next) => {
    options.gate.checkHost(request.headers);
    next();
  });
  const routes = allRoutes(options.version);
  const limited = [requestLimit(), wrongTokenLimit((request) => isIdentified(options.gate, request))];
  for (const each of routes) mount(app, each, options, limited);
  for (const path of new Set(routes.map((each) => each.path))) refuseOtherMethods(app, path, routes);
  app.use(options.login);
  app.use(["/api", "/health"], (request) => {
    throw new Refusal(
      "NOT_FOUND",
      `There is nothing at ${request.originalUrl.slice(0, 200)}. See /api/openapi.json.`,
    );
  });
  app.use(options.editor);
  app.use(problemHandler(options.report));
  return app;
}

function mount<Identity>(
  app: Express,
  each: Route,
  options: AppOptions<Identity>,
  limited: readonly RequestHandler[],
): void {
  const steps: RequestHandler[] = [...limited];
  if (!each.open) steps.push(authorize(options.gate));
  if (each.body) steps.push(express.raw({ type: () => true, limit: each.body.bytesMax, inflate: false }));
  const checkBody = each.body && bodyChecker(each.body);
  const names = parametersOf(each.path);
  steps.push(async (request, response) => {
    for (const name of names) {
      if (new RegExp(pathParameters[name].pattern).test(String(request.params[name]))) continue;
      throw new Refusal(
        "NOT_FOUND",
        `"${String(request.params[name]).slice(0, 80)}" cannot be ${names[0] === name ? "an id" : `a ${name}`}.`,
      );
    }
    const call: Call<unknown> = {
      params: request.params as Call<unknown>["params"],
      query: Object.fromEntries(Object.entries(request.query).map(([key, value]) => [key, String(value)])),
      revision: each.ifMatch ? readRevision(request) : 0,
      body: checkBody?.(request),
    };
    const answer = await each.handle(call, options.services);
    if (answer.revision !== undefined) response.set("ETag", `"${answer.revision}"`);
    if (answer.location !== undefined) response.location(answer.location);
    response.set("Cache-Control", "no-store").status(answer.status);
    if (answer.text) response.type(answer.text.type).send(answer.text.content);
    else if (answer.body === undefined) response.end();
    else response.json(answer.body);
  });
  app[each.method](expressPath(each.path), ...steps);
}

function authorize<Identity>(gate: Gate<Identity>): RequestHandler {
  return (request, _response, next) => {
    const identity = gate.identify(request.headers);
    if (request.method !== "GET" && request.method !== "HEAD") gate.checkOrigin(request.headers, identity);
    next();
  };
}

function isIdentified<Identity>(gate: Gate<Identity>, request: Request): boolean {
  try {
    gate.identify(request.headers);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

function refuseOtherMethods(app: Express, path: string, routes: readonly Route[]): void {
  const allowed = routes.filter((each) => each.path === path).map((each) => each.method.toUpperCase());
  app.all(expressPath(path), (request: Request, response: Response) => {
    response.set("Allow", allowed.join(", "));
    sendRefusal(
      response,
      new Refusal(
        "METHOD_NOT_ALLOWED",
        `${request.method} does nothing here; there is ${allowed.join(", ")}.`,
      ),
    );
  });
}

function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}
