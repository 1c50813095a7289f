/** OpenAPI 3.1 from the list of routes. docs/openapi.json is this, and a test keeps it so. */
import type { TSchema } from "typebox";
import * as bodies from "../protocol/http.ts";
import { type RefusalCode, refusalStatus } from "../protocol/refusal.ts";
import { parametersOf, pathParameters, type Route } from "./route.ts";

type Json = Readonly<Record<string, unknown>>;

export function describeApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: describeRoute(route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Millrace",
      version,
      description:
        "A rules engine for live device streams. Log in with a bearer token (`--token`), or with the session cookie of a browser. " +
        "The live feed is a WebSocket at /api/live.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }, { session: [] }],
    tags: ["flows", "dead letters", "connections", "runtime", "health"].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(named.map(({ name, schema }) => [name, refer(schema, name)])),
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "millrace_session_8420",
          description: "The number is the port.",
        },
      },
    },
  };
}

function describeRoute(route: Route): Json {
  const parameters = [...parametersOf(route.path).map(describePathParameter), ...describeHeaders(route)];
  for (const [name, description] of Object.entries(route.query ?? {})) {
    parameters.push({ name, in: "query", description, schema: { type: "string" } });
  }
  return {
    operationId: route.operation,
    summary: route.summary,
    tags: [route.tag],
    ...(route.open ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body ? { requestBody: { required: true, content: json(refer(route.body.schema)) } } : {}),
    responses: {
      [route.status]: route.answer
        ? { description: "Done", content: json(refer(route.answer)) }
        : { description: "Done" },
      ...describeRefusals(route),
    },
  };
}

function describePathParameter(name: keyof typeof pathParameters): Json {
  const { pattern, description } = pathParameters[name];
  return { name, in: "path", required: true, description, schema: { type: "string", pattern } };
}

function describeHeaders(route: Route): Json[] {
  if (!route.ifMatch) return [];
  const description = 'The ETag of the draft this is based on, such as `"7"`.';
  return [{ name: "If-Match", in: "header", required: true, description, schema: { type: "string" } }];
}

function describeRefusals(route: Route): Json {
  const codes: RefusalCode[] = [...route.refuses, "RATE_LIMITED"];
  if (!route.open) codes.push("NOT_LOGGED_IN");
  if (!route.open && route.method !== "get") codes.push("ORIGIN_FOREIGN");
  if (route.ifMatch) codes.push("IF_MATCH_MISSING");
  if (route.body) codes.push("JSON_MALFORMED", "JSON_TOO_DEEP", "BODY_TOO_LARGE", "BODY_NOT_JSON");
  if (route.body && !route.body.unchecked) codes.push("BODY_INVALID");
  const byStatus = new Map<number, RefusalCode[]>();
  for (const code of codes) {
    const status = refusalStatus[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const responses: Record<string, Json> = {};
  for (const [status, refused] of [...byStatus].sort(([a], [b]) => a - b)) {
    responses[status] = { description: refused.sort().join(", "), content: json(refer(bodies.ApiError)) };
  }
  return responses;
}

function json(schema: unknown): Json {
  return { "application/json": { schema } };
}

/** The exported schemas of protocol/http.ts, by the name they are exported under. */
const named = Object.entries(bodies as Readonly<Record<string, TSchema>>)
  .map(([name, schema]) => ({ name: name.replace(/Schema$/, ""), schema, text: JSON.stringify(schema) }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

/** The schema as plain JSON, with a reference wherever it is one of the named. @param self is not referred to */
function refer(schema: unknown, self?: string): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  const text = JSON.stringify(schema);
  const found = named.find((each) => each.text === text);
  if (found && found.name !== self) return { $ref: `#/components/schemas/${found.name}` };
  if (Array.isArray(schema)) return schema.map((each) => refer(each));
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, refer(value)]));
}
