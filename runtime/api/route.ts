/**
 * One endpoint of the API, declared once: the express route, the checks of a request and its page in OpenAPI all come
 * from the same value.
 */
import type { Static, TSchema } from "typebox";
import type { RefusalCode } from "../protocol/refusal.ts";
import type { Services } from "./services.ts";

export type Method = "get" | "post" | "put" | "delete";

/** A checked request. */
export interface Call<Body> {
  /** Values of the `{…}` of the path; they match {@link pathParameters}. */
  readonly params: Readonly<Record<PathParameter, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** From the If-Match header; 0 on routes without `ifMatch`. */
  readonly revision: number;
  readonly body: Body;
}

export interface Answer {
  readonly status: number;
  /** Absent: no content. */
  readonly body?: unknown;
  /** Sent as the ETag. */
  readonly revision?: number;
  readonly location?: string;
}

export interface Route<Body = unknown> {
  readonly method: Method;
  /** With parameters as `{id}`. */
  readonly path: string;
  /** Name in OpenAPI, and so of the function in a generated client. */
  readonly operation: string;
  readonly summary: string;
  readonly tag: "flows" | "dead letters" | "connections" | "runtime" | "health";
  /** Answers without login. */
  readonly open?: true;
  readonly query?: Readonly<Record<string, string>>;
  /** The request must name the revision it is based on. */
  readonly ifMatch?: true;
  readonly body?: RouteBody;
  readonly status: number;
  /** Of the answer's body; absent: no content. */
  readonly answer?: TSchema;
  /** What it may refuse beside what every route may. */
  readonly refuses: readonly RefusalCode[];
  handle(call: Call<Body>, services: Services): Answer | Promise<Answer>;
}

export interface RouteBody {
  readonly schema: TSchema;
  readonly bytesMax: number;
  /** The handler checks it, with better errors than a schema gives: here it is only parsed. */
  readonly unchecked?: true;
}

/** States a route; its handler gets the type of its body's schema. */
export function route<Schema extends TSchema>(
  declared: Omit<Route<Static<Schema>>, "body"> & {
    readonly body?: RouteBody & { readonly schema: Schema };
  },
): Route {
  // The body is checked against this very schema before the handler sees it; see app.ts.
  return declared as unknown as Route;
}

export type PathParameter = keyof typeof pathParameters;

/** A path whose parameter does not match is the path of nothing. */
export const pathParameters = {
  id: { pattern: "^[A-Za-z0-9_-]{1,64}$", description: "Id of a flow." },
  node: { pattern: "^[A-Za-z0-9_-]{1,64}$", description: "Id of a node in the flow." },
  name: { pattern: "^[A-Za-z0-9_-]{1,64}$", description: "Name of a connection." },
  letter: {
    pattern: "^[A-Za-z0-9_-]{1,64}/[0-9]{1,16}\\.[0-9]{1,9}$",
    description: "Id of a dead letter, with its slash written as %2F.",
  },
  version: { pattern: "^[1-9][0-9]{0,8}$", description: "Version of a flow: its n-th deploy." },
} as const;

/** The parameters a path names, in order. */
export function parametersOf(path: string): PathParameter[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((found) => found[1] as PathParameter);
}
