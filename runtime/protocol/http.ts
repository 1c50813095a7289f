/**
 * Bodies of the HTTP API, as TypeBox schemas: the server checks with them, OpenAPI is generated from them, the editor
 * takes its types from them. Errors are always {@link ApiError}.
 */
import Type, { type Static } from "typebox";
import type { Diagnostic } from "../core/diagnostic.ts";
import type { DeadLetter, NodeFate } from "../core/engine/output.ts";
import type { FlowDocument } from "../core/flow/document.ts";
import type { AnyNodeType, Port } from "../core/nodeType.ts";
import type { NodeLive, SystemStatus } from "./live.ts";

/** Request bodies take no unknown fields: a misspelt one would otherwise be lost in silence. */
const strict = { additionalProperties: false };

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

/** Where a flow stands that is not up to date: it is paused, or catches up. */
export const FlowLag = Type.Object({
  paused: Type.Boolean(),
  /** Messages received since, at most: those on other topics count too, until it has come by them. */
  lagMessages: Type.Integer(),
  /** How far its clock is behind, ms. */
  lagMs: Type.Number(),
});
export type FlowLag = Static<typeof FlowLag>;

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
  /** Absent: it is up to date, or not live. */
  lag: Type.Optional(FlowLag),
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

/**
 * Answer to creating and saving: the ETag carries the new revision. Drafts are saved every second or so, with mistakes
 * and all, so this does not look for them; opening and deploying a flow do, and /api/validate.
 */
export const SaveResult = Type.Object({ summary: FlowSummary });
export type SaveResult = Static<typeof SaveResult>;

export const DeployRequest = Type.Object(
  {
    /** The version the editor last saw, 0 for none: a deploy onto another one is refused with 409. */
    onto: Type.Integer({ minimum: 0 }),
  },
  strict,
);
export type DeployRequest = Static<typeof DeployRequest>;

export const DeployResult = Type.Object({
  summary: FlowSummary,
  diagnostics: Type.Array(DiagnosticSchema),
  /** Nodes that kept what they knew, and nodes that start afresh because their meaning changed. */
  kept: Type.Array(Type.String()),
  reset: Type.Array(Type.String()),
});
export type DeployResult = Static<typeof DeployResult>;

/** What a deploy would do to what nodes know; see NodeFate. */
export const DeployPreview = Type.Object({
  /** With an error among them nothing would be deployed, and no nodes are told. */
  diagnostics: Type.Array(DiagnosticSchema),
  nodes: Type.Array(
    Type.Unsafe<NodeFate>(
      Type.Object({
        node: Type.String(),
        fate: Type.Enum(["kept", "reset", "new", "forgotten"]),
        /** For how many it knows something; 1 for a node that does not tell devices apart. */
        keys: Type.Integer(),
        /** Why it is reset. */
        because: Type.Optional(Type.Enum(["type", "version", "settings"])),
      }),
    ),
  ),
});
export type DeployPreview = Static<typeof DeployPreview>;

export const ResumeRequest = Type.Object(
  {
    /** `catch up`: it works through what it missed, at the times of then; `skip`: it goes on with what comes next. */
    missed: Type.Enum(["catch up", "skip"]),
  },
  strict,
);
export type ResumeRequest = Static<typeof ResumeRequest>;

/** One deploy of the past; the last 50 are kept. */
export const VersionSummary = Type.Object({
  version: Type.Integer(),
  deployedAt: Type.Integer(),
  name: Type.String(),
  nodes: Type.Integer(),
});
export type VersionSummary = Static<typeof VersionSummary>;

/** A flow to start from. Give it an id of your own and POST it to /api/flows. */
export const Template = Type.Object({
  id: Type.String(),
  title: Type.String(),
  description: Type.String(),
  flow: FlowDocumentSchema,
});
export type Template = Static<typeof Template>;

const PortSchema = Type.Unsafe<Port>(
  Type.Object({
    name: Type.String(),
    title: Type.String(),
    shape: Type.Optional(Type.Enum(["message", "event"])),
    payload: Type.Optional(Type.String()),
    help: Type.Optional(Type.String()),
  }),
);

/** A node type of the catalogue. `config` is JSON Schema; `outputs` are those of the default config. */
export const NodeDescription = Type.Object({
  type: Type.String(),
  version: Type.Integer(),
  category: Type.String(),
  title: Type.String(),
  purpose: Type.String(),
  keywords: Type.Array(Type.String()),
  icon: Type.String(),
  config: Type.Unsafe<object>(Type.Object({})),
  docs: Type.String(),
  examples: Type.Unsafe<AnyNodeType["examples"]>(Type.Array(Type.Unknown())),
  inputs: Type.Array(PortSchema),
  outputs: Type.Array(PortSchema),
  /** Label of its button; see inject. */
  button: Type.Optional(Type.String()),
  keyed: Type.Boolean(),
});
export type NodeDescription = Static<typeof NodeDescription>;

/** Presses the button of a node. */
export const InjectRequest = Type.Object({ payload: Type.Optional(Type.Unknown()) }, strict);
export type InjectRequest = Static<typeof InjectRequest>;

/** By node id: the counts, rates and last messages that the live feed carries too. */
export const Samples = Type.Unsafe<Readonly<Record<string, NodeLive>>>(
  Type.Record(Type.String(), Type.Object({})),
);

export const StatusReport = Type.Unsafe<SystemStatus>(
  Type.Object({
    at: Type.Integer(),
    connections: Type.Array(
      Type.Object({
        name: Type.String(),
        url: Type.String(),
        state: Type.Enum(["connected", "connecting", "disconnected"]),
        error: Type.Optional(Type.String()),
        embedded: Type.Boolean(),
      }),
    ),
    inputsPerSecond: Type.Number(),
    lag: Type.Integer(),
    behind: Type.Record(Type.String(), FlowLag),
    drops: Type.Record(Type.String(), Type.Integer()),
    deadLetters: Type.Record(Type.String(), Type.Integer()),
    dataPlane: Type.Enum(["running", "starting", "restarting", "stopped"]),
    expressionLimits: Type.Record(Type.String(), Type.Integer()),
  }),
);

export const HealthReport = Type.Object({
  status: Type.Enum(["ok", "unavailable"]),
  /** Why not ready. */
  reason: Type.Optional(Type.String()),
});
export type HealthReport = Static<typeof HealthReport>;

/** A named MQTT connection. Secrets are written, never read: `secrets` in answers only says which are set. */
export const ConnectionConfig = Type.Object(
  {
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
      Type.Object(
        {
          topic: Type.String(),
          payload: Type.String(),
          qos: Type.Enum([0, 1, 2]),
          retain: Type.Boolean(),
        },
        strict,
      ),
    ),
    tls: Type.Optional(
      Type.Object(
        {
          /** PEM. */
          ca: Type.Optional(Type.String()),
          cert: Type.Optional(Type.String()),
          /** Accept a certificate that does not verify. Only for tests on a bench. */
          insecure: Type.Boolean(),
          serverName: Type.Optional(Type.String()),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type ConnectionConfig = Static<typeof ConnectionConfig>;

export const ConnectionSecrets = Type.Object(
  {
    password: Type.Optional(Type.String()),
    /** PEM of the client certificate's key. */
    key: Type.Optional(Type.String()),
  },
  strict,
);
export type ConnectionSecrets = Static<typeof ConnectionSecrets>;

/** PUT: absent secrets stay as they are, empty ones are removed. */
export const ConnectionUpdate = Type.Object(
  { config: ConnectionConfig, secrets: Type.Optional(ConnectionSecrets) },
  strict,
);
export type ConnectionUpdate = Static<typeof ConnectionUpdate>;

export const ConnectionDetail = Type.Object({
  config: ConnectionConfig,
  secretsSet: Type.Object({ password: Type.Boolean(), key: Type.Boolean() }),
  /** The embedded broker or `--mqtt`: set on the command line, not here. */
  builtin: Type.Boolean(),
  /** Why its stored secrets cannot be used, when they cannot. */
  problem: Type.Optional(Type.String()),
});
export type ConnectionDetail = Static<typeof ConnectionDetail>;

/** A message that could not be processed, as lists show it. */
export const DeadLetterLine = Type.Object({
  id: Type.String(),
  flow: Type.String(),
  node: Type.String(),
  code: Type.String(),
  text: Type.String(),
  at: Type.Integer(),
  topic: Type.String(),
  key: Type.String(),
  /** Left out when it is large; then `payloadBytes` is its size, and the letter itself has it. */
  payload: Type.Optional(Type.Unknown()),
  payloadBytes: Type.Optional(Type.Integer()),
  /** Its node can be given it again; not so what was no message, or was too large to be kept. */
  replayable: Type.Boolean(),
});
export type DeadLetterLine = Static<typeof DeadLetterLine>;

/** A letter with all that is kept of it. */
export const DeadLetterDetail = Type.Unsafe<DeadLetter>(
  Type.Object({
    id: Type.String(),
    flow: Type.String(),
    node: Type.String(),
    /** Where the node received it; without it the letter cannot be replayed. */
    port: Type.Optional(Type.String()),
    code: Type.String(),
    text: Type.String(),
    at: Type.Integer(),
    topic: Type.String(),
    key: Type.String(),
    /** Event time, ms since epoch. */
    time: Type.Number(),
    params: Type.Record(Type.String(), Type.String()),
    payload: Type.Unknown(),
    /** Of a message that could not be read: its bytes, base64. */
    raw: Type.Optional(Type.String()),
  }),
);

/** Newest first. */
export const DeadLetterPage = Type.Object({
  letters: Type.Array(DeadLetterLine),
  /** Of all that match, on this page or not. */
  total: Type.Integer(),
  /** Where the next page begins: `before` of its request. Absent: this is the last. */
  next: Type.Optional(Type.String()),
});
export type DeadLetterPage = Static<typeof DeadLetterPage>;

/** Letters on their way to their nodes. Each is gone when its node has it; one that fails again comes back with another id. */
export const ReplayResult = Type.Object({
  replaying: Type.Integer(),
  /** Those that cannot be: their node is gone or does not listen there any more, or they are no messages. */
  left: Type.Integer(),
});
export type ReplayResult = Static<typeof ReplayResult>;
