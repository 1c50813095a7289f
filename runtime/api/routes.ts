/** Every endpoint there is: the visible list behind the API, its checks and its description. */
import Type from "typebox";
import { describeApi } from "./openapi.ts";
import { type Route, route } from "./route.ts";
import { connectionRoutes } from "./routes/connections.ts";
import { deadLetterRoutes } from "./routes/deadLetters.ts";
import { flowRoutes } from "./routes/flows.ts";
import { healthRoutes } from "./routes/health.ts";
import { runtimeRoutes } from "./routes/runtime.ts";

/** @param version of Millrace, told in the description */
export function allRoutes(version: string): readonly Route[] {
  const routes: Route[] = [...flowRoutes, ...deadLetterRoutes, ...connectionRoutes, ...runtimeRoutes];
  const description = route({
    method: "get",
    path: "/api/openapi.json",
    operation: "getOpenApi",
    summary: "This description",
    tag: "runtime",
    status: 200,
    answer: Type.Unsafe<object>({ type: "object" }),
    refuses: [],
    handle: () => ({ status: 200, body: describeApi(routes, version) }),
  });
  routes.push(description, ...healthRoutes);
  return routes;
}
