/** For process supervisors and load balancers; they do not log in. */
import { HealthReport } from "../../protocol/http.ts";
import { type Route, route } from "../route.ts";

export const healthRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/health/live",
    operation: "isLive",
    summary: "The process answers",
    tag: "health",
    open: true,
    status: 200,
    answer: HealthReport,
    refuses: [],
    handle: () => ({ status: 200, body: { status: "ok" } }),
  }),
  route({
    method: "get",
    path: "/health/ready",
    operation: "isReady",
    summary: "The data plane runs and every live flow is deployed; 503 with the reason while not",
    tag: "health",
    open: true,
    status: 200,
    answer: HealthReport,
    refuses: [],
    handle: (_, { unready }) => {
      const reason = unready();
      return reason === undefined
        ? { status: 200, body: { status: "ok" } }
        : { status: 503, body: { status: "unavailable", reason } };
    },
  }),
];
