/**
 * Bodies of the HTTP API, as TypeBox schemas: the server checks with them, OpenAPI is generated from them, the editor
 * takes its types from them. Errors are always {@link ApiError}.
 */
import Type, { type Static } from "typebox";
import type { Diagnostic } from "../core/diagnostic.ts";
import type { FlowDocument } from "../core/flow/document.ts";

export const DiagnosticSchema = Type.Unsafe<Diagnostic>(
  Type.Object({
    severity: Type.Enum(["error", "warning"]),
    code: Type.String(),
    message: Type.String(),
    node: Type.Optional(Type.String()),
    field: Type.Optional(Type.String()),
    wire: Type.Optional(Type.String()),
    position: Type.Optional(Type.Integer()),
  }),
);

/** Checked by the core's own parser, which gives located diagnostics; here only its outline. */
export const FlowDocumentSchema = Type.Unsafe<FlowDocument>(
  Type.Object({
    format: Type.Integer(),
    id: Type.String(),
    name: Type.String(),
    description: Type.Optional(Type.String()),
    nodes: Type.Array(Type.Unknown()),
    wires: Type.Array(Type.String()),
    layout: Type.Record(Type.String(), Type.Array(Type.Number())),
    tests: Type.Array(Type.Unknown()),
  }),
);

/** Every error response. `code` is stable, `message` is for a person and says what to do. */
export const ApiError = Type.Object({
  code: Type.String(),
  message: Type.String(),
  diagnostics: Type.Optional(Type.Array(DiagnosticSchema)),
  /** With 409: what is there now. */
  current: Type.Optional(Type.Object({ revision: Type.Integer(), version: Type.Integer() })),
});
export type ApiError = Static<typeof ApiError>;

/** A flow in the list. `version` counts deploys, `revision` counts saves of the draft. */
export const FlowSummary = Type.Object({
  id: Type.String(),
  name: Type.String(),
  revision: Type.Integer(),
  /** 0: never deployed. */
  version: Type.Integer(),
  live: Type.Boolean(),
  /** The draft differs from what is live (or from what was deployed last). */
  changed: Type.Boolean(),
  nodes: Type.Integer(),
  updatedAt: Type.Integer(),
  deployedAt: Type.Optional(Type.Integer()),
  /** Why a flow that should be live is not. */
  problem: Type.Optional(Type.String()),
});
export type FlowSummary = Static<typeof FlowSummary>;

/** A flow as the editor opens it. The ETag of the response is the revision, as in `"7"`. */
export const FlowDetail = Type.Object({
  summary: FlowSummary,
  draft: FlowDocumentSchema,
  /** The document that runs; absent while undeployed. */
  deployed: Type.Optional(FlowDocumentSchema),
  diagnostics: Type.Array(DiagnosticSchema),
});
export type FlowDetail = Static<typeof FlowDetail>;

export const DeployRequest = Type.Object({
  /** The version the editor last saw, 0 for none: a deploy onto another one is refused with 409. */
  onto: Type.Integer(),
});
export type DeployRequest = Static<typeof DeployRequest>;

export const DeployResult = Type.Object({
  summary: FlowSummary,
  diagnostics: Type.Array(DiagnosticSchema),
  /** Nodes that kept what they knew, and nodes that start afresh because their meaning changed. */
  kept: Type.Array(Type.String()),
  reset: Type.Array(Type.String()),
});
export type DeployResult = Static<typeof DeployResult>;

/** A named MQTT connection. Secrets are written, never read: `secrets` in answers only says which are set. */
export const ConnectionConfig = Type.Object({
  name: Type.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" }),
  /** mqtt://, mqtts://, ws:// or wss:// with host and port, without credentials. */
  url: Type.String({ maxLength: 2048 }),
  protocol: Type.Enum(["5", "3.1.1"]),
  clientId: Type.Optional(Type.String({ maxLength: 256 })),
  username: Type.Optional(Type.String({ maxLength: 1024 })),
  keepaliveS: Type.Integer({ minimum: 0, maximum: 65535 }),
  /** Keep the session while disconnected, so that QoS 1 and 2 messages wait at the broker. */
  persistentSession: Type.Boolean(),
  will: Type.Optional(
    Type.Object({
      topic: Type.String(),
      payload: Type.String(),
      qos: Type.Enum([0, 1, 2]),
      retain: Type.Boolean(),
    }),
  ),
  tls: Type.Optional(
    Type.Object({
      /** PEM. */
      ca: Type.Optional(Type.String()),
      cert: Type.Optional(Type.String()),
      /** Accept a certificate that does not verify. Only for tests on a bench. */
      insecure: Type.Boolean(),
      serverName: Type.Optional(Type.String()),
    }),
  ),
});
export type ConnectionConfig = Static<typeof ConnectionConfig>;

export const ConnectionSecrets = Type.Object({
  password: Type.Optional(Type.String()),
  /** PEM of the client certificate's key. */
  key: Type.Optional(Type.String()),
});
export type ConnectionSecrets = Static<typeof ConnectionSecrets>;

/** PUT: absent secrets stay as they are, empty ones are removed. */
export const ConnectionUpdate = Type.Object({
  config: ConnectionConfig,
  secrets: Type.Optional(ConnectionSecrets),
});
export type ConnectionUpdate = Static<typeof ConnectionUpdate>;

export const ConnectionDetail = Type.Object({
  config: ConnectionConfig,
  secretsSet: Type.Object({ password: Type.Boolean(), key: Type.Boolean() }),
  /** The embedded broker or `--mqtt`: set on the command line, not here. */
  builtin: Type.Boolean(),
});
export type ConnectionDetail = Static<typeof ConnectionDetail>;

export const DeadLetterLine = Type.Object({
  id: Type.String(),
  flow: Type.String(),
  node: Type.String(),
  code: Type.String(),
  text: Type.String(),
  at: Type.Integer(),
  topic: Type.String(),
  key: Type.String(),
  payload: Type.Optional(Type.Unknown()),
});
export type DeadLetterLine = Static<typeof DeadLetterLine>;
