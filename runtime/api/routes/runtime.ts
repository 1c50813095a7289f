/** What runs and what it is made of: status, samples, buttons, the catalogue of node types. */
import Type from "typebox";
import { InjectRequest, NodeDescription, Samples, StatusReport, Template } from "../../protocol/http.ts";
import { Refusal } from "../../protocol/refusal.ts";
import { limits } from "../limits.ts";
import { type Route, route } from "../route.ts";

export const runtimeRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/status",
    operation: "getStatus",
    summary: "Connections, load and drops",
    tag: "runtime",
    status: 200,
    answer: StatusReport,
    refuses: [],
    handle: (_, { plane }) => ({ status: 200, body: plane.status() }),
  }),
  route({
    method: "get",
    path: "/api/nodes",
    operation: "listNodeTypes",
    summary: "The catalogue of node types with schema, docs and examples",
    tag: "runtime",
    status: 200,
    answer: Type.Array(NodeDescription),
    refuses: [],
    handle: (_, { nodes }) => ({ status: 200, body: nodes }),
  }),
  route({
    method: "get",
    path: "/api/templates",
    operation: "listTemplates",
    summary: "Flows to start from",
    tag: "runtime",
    status: 200,
    answer: Type.Array(Template),
    refuses: [],
    handle: (_, { templates }) => ({ status: 200, body: templates }),
  }),
  route({
    method: "get",
    path: "/api/flows/{id}/samples",
    operation: "getSamples",
    summary: "Counts, rates and last messages of a live flow's nodes",
    tag: "runtime",
    status: 200,
    answer: Samples,
    refuses: ["FLOW_UNKNOWN", "DATA_PLANE_DOWN"],
    handle: async ({ params }, { flows, plane }) => {
      const { live } = flows.summary(params.id);
      return { status: 200, body: live ? await plane.samples(params.id) : {} };
    },
  }),
  route({
    method: "post",
    path: "/api/flows/{id}/nodes/{node}/inject",
    operation: "inject",
    summary: "Press the button of a node of a live flow",
    tag: "runtime",
    body: { schema: InjectRequest, bytesMax: limits.bodyBytesMax },
    status: 204,
    refuses: ["FLOW_UNKNOWN", "FLOW_NOT_LIVE", "NODE_UNKNOWN", "DATA_PLANE_DOWN"],
    handle: async ({ params, body }, { flows, plane, nodes }) => {
      const found = flows.deployed(params.id).nodes.find((each) => each.id === params.node);
      if (!found) {
        throw new Refusal(
          "NODE_UNKNOWN",
          `The live flow "${params.id}" has no node "${params.node}". Deploy it first.`,
        );
      }
      if (nodes.find((each) => each.type === found.type)?.button === undefined) {
        throw new Refusal("BAD_REQUEST", `The node "${params.node}" has no button to press.`);
      }
      await plane.inject(params.id, params.node, body.payload);
      return { status: 204 };
    },
  }),
];
