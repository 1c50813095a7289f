/** Flows: drafts, versions, deploys. */
import Type from "typebox";
import {
  DeployPreview,
  DeployRequest,
  DeployResult,
  DiagnosticSchema,
  FlowDetail,
  FlowDocumentSchema,
  FlowSummary,
  ResumeRequest,
  SaveResult,
  VersionSummary,
} from "../../protocol/http.ts";
import { limits } from "../limits.ts";
import { type Route, route } from "../route.ts";

/** The core's parser checks documents: it names the node and the field. */
const flowBody = { schema: FlowDocumentSchema, bytesMax: limits.flowBytesMax, unchecked: true } as const;

export const flowRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/flows",
    operation: "listFlows",
    summary: "All flows, without their documents",
    tag: "flows",
    status: 200,
    answer: Type.Array(FlowSummary),
    refuses: [],
    handle: (_, { flows }) => ({ status: 200, body: flows.list() }),
  }),
  route({
    method: "post",
    path: "/api/flows",
    operation: "createFlow",
    summary: "Store a new flow as a draft",
    tag: "flows",
    body: flowBody,
    status: 201,
    answer: SaveResult,
    refuses: ["FLOW_EXISTS", "FLOW_INVALID"],
    handle: async ({ body }, { flows }) => {
      const saved = await flows.create(body);
      const { id, revision } = saved.summary;
      return { status: 201, body: saved, revision, location: `/api/flows/${id}` };
    },
  }),
  route({
    method: "get",
    path: "/api/flows/{id}",
    operation: "getFlow",
    summary: "A flow: its draft, what runs of it, and what is wrong with the draft",
    tag: "flows",
    status: 200,
    answer: FlowDetail,
    refuses: ["FLOW_UNKNOWN"],
    handle: ({ params }, { flows }) => {
      const detail = flows.open(params.id);
      return { status: 200, body: detail, revision: detail.summary.revision };
    },
  }),
  route({
    method: "put",
    path: "/api/flows/{id}",
    operation: "saveFlow",
    summary: "Save the draft; what runs stays as it is",
    tag: "flows",
    ifMatch: true,
    body: flowBody,
    status: 200,
    answer: SaveResult,
    refuses: ["FLOW_UNKNOWN", "FLOW_CONFLICT", "FLOW_INVALID"],
    handle: async ({ params, revision, body }, { flows }) => {
      const saved = await flows.save(params.id, revision, body);
      return { status: 200, body: saved, revision: saved.summary.revision };
    },
  }),
  route({
    method: "delete",
    path: "/api/flows/{id}",
    operation: "deleteFlow",
    summary: "Stop the flow and delete it with its versions and its state",
    tag: "flows",
    ifMatch: true,
    status: 204,
    refuses: ["FLOW_UNKNOWN", "FLOW_CONFLICT"],
    handle: async ({ params, revision }, { flows }) => {
      await flows.remove(params.id, revision);
      return { status: 204 };
    },
  }),
  route({
    method: "post",
    path: "/api/flows/{id}/deploy",
    operation: "deployFlow",
    summary: "Make the draft live",
    tag: "flows",
    ifMatch: true,
    body: { schema: DeployRequest, bytesMax: limits.bodyBytesMax },
    status: 200,
    answer: DeployResult,
    refuses: ["FLOW_UNKNOWN", "FLOW_CONFLICT", "FLOW_INVALID", "DATA_PLANE_DOWN"],
    handle: async ({ params, revision, body }, { flows }) => {
      const result = await flows.deploy(params.id, revision, body.onto);
      return { status: 200, body: result, revision: result.summary.revision };
    },
  }),
  route({
    method: "post",
    path: "/api/flows/{id}/deploy-preview",
    operation: "previewDeploy",
    summary: "What deploying this document would do to what the flow's nodes know; changes nothing",
    tag: "flows",
    body: flowBody,
    status: 200,
    answer: DeployPreview,
    refuses: ["FLOW_UNKNOWN", "FLOW_INVALID", "DATA_PLANE_DOWN"],
    handle: async ({ params, body }, { flows }) => ({
      status: 200,
      body: await flows.previewDeploy(params.id, body),
    }),
  }),
  route({
    method: "post",
    path: "/api/flows/{id}/pause",
    operation: "pauseFlow",
    summary: "Have a live flow stand still; what it would receive is kept as long as the journal is",
    tag: "flows",
    status: 200,
    answer: FlowSummary,
    refuses: ["FLOW_UNKNOWN", "FLOW_NOT_LIVE", "DATA_PLANE_DOWN"],
    handle: async ({ params }, { flows }) => ({ status: 200, body: await flows.pause(params.id) }),
  }),
  route({
    method: "post",
    path: "/api/flows/{id}/resume",
    operation: "resumeFlow",
    summary: "Have a paused flow go on, with what it missed or with what comes next",
    tag: "flows",
    body: { schema: ResumeRequest, bytesMax: limits.bodyBytesMax },
    status: 200,
    answer: FlowSummary,
    refuses: ["FLOW_UNKNOWN", "FLOW_NOT_LIVE", "DATA_PLANE_DOWN"],
    handle: async ({ params, body }, { flows }) => ({
      status: 200,
      body: await flows.resume(params.id, body.missed),
    }),
  }),
  route({
    method: "post",
    path: "/api/flows/{id}/undeploy",
    operation: "undeployFlow",
    summary: "Stop the flow and forget its state; draft and versions stay",
    tag: "flows",
    status: 200,
    answer: FlowSummary,
    refuses: ["FLOW_UNKNOWN", "DATA_PLANE_DOWN"],
    handle: async ({ params }, { flows }) => ({ status: 200, body: await flows.undeploy(params.id) }),
  }),
  route({
    method: "get",
    path: "/api/flows/{id}/deployed",
    operation: "getDeployedFlow",
    summary: "The document that runs",
    tag: "flows",
    status: 200,
    answer: FlowDocumentSchema,
    refuses: ["FLOW_UNKNOWN", "FLOW_NOT_LIVE"],
    handle: ({ params }, { flows }) => ({ status: 200, body: flows.deployed(params.id) }),
  }),
  route({
    method: "get",
    path: "/api/flows/{id}/versions",
    operation: "listVersions",
    summary: "Deploys of the past, newest first; the last 50 are kept",
    tag: "flows",
    status: 200,
    answer: Type.Array(VersionSummary),
    refuses: ["FLOW_UNKNOWN"],
    handle: ({ params }, { flows }) => ({ status: 200, body: flows.versions(params.id) }),
  }),
  route({
    method: "get",
    path: "/api/flows/{id}/versions/{version}",
    operation: "getVersion",
    summary: "The document of a past deploy",
    tag: "flows",
    status: 200,
    answer: FlowDocumentSchema,
    refuses: ["FLOW_UNKNOWN", "VERSION_UNKNOWN"],
    handle: ({ params }, { flows }) => ({
      status: 200,
      body: flows.version(params.id, Number(params.version)),
    }),
  }),
  route({
    method: "post",
    path: "/api/validate",
    operation: "validateFlow",
    summary: "What is wrong with a flow document, without storing it",
    tag: "flows",
    body: flowBody,
    status: 200,
    answer: Type.Array(DiagnosticSchema),
    refuses: [],
    handle: ({ body }, { flows }) => ({ status: 200, body: flows.validate(body) }),
  }),
];
