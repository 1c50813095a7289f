/** What the API offers to the outside, as it needs it from its neighbours; main.ts brings them together. */
import type { Diagnostic } from "../core/diagnostic.ts";
import type { DeadLetter } from "../core/engine/output.ts";
import type { FlowDocument } from "../core/flow/document.ts";
import type {
  ConnectionDetail,
  ConnectionUpdate,
  DeadLetterPage,
  DeployPreview,
  DeployResult,
  FlowDetail,
  FlowSummary,
  NodeDescription,
  ReplayResult,
  SaveResult,
  Template,
  VersionSummary,
} from "../protocol/http.ts";
import type { NodeLive, SystemStatus } from "../protocol/live.ts";

export interface Services {
  readonly flows: FlowsService;
  readonly connections: ConnectionsService;
  readonly plane: PlaneService;
  readonly letters: DeadLetterService;
  readonly nodes: readonly NodeDescription[];
  readonly templates: readonly Template[];
  /** Why the runtime does not do its work now; undefined when it does. */
  readonly unready: () => string | undefined;
}

/** Every method that names a flow throws Refusal FLOW_UNKNOWN. See flows/flows.ts. */
export interface FlowsService {
  list(): FlowSummary[];
  /** Without reading documents. */
  summary(id: string): FlowSummary;
  open(id: string): FlowDetail;
  deployed(id: string): FlowDocument;
  versions(id: string): VersionSummary[];
  version(id: string, version: number): FlowDocument;
  validate(value: unknown): readonly Diagnostic[];
  create(value: unknown): Promise<SaveResult>;
  save(id: string, revision: number, value: unknown): Promise<SaveResult>;
  remove(id: string, revision: number): Promise<void>;
  deploy(id: string, revision: number, onto: number): Promise<DeployResult>;
  previewDeploy(id: string, value: unknown): Promise<DeployPreview>;
  pause(id: string): Promise<FlowSummary>;
  resume(id: string, missed: "catch up" | "skip"): Promise<FlowSummary>;
  undeploy(id: string): Promise<FlowSummary>;
}

/** See connections/connections.ts. */
export interface ConnectionsService {
  list(): ConnectionDetail[];
  get(name: string): ConnectionDetail;
  put(name: string, update: ConnectionUpdate): Promise<ConnectionDetail>;
  remove(name: string): Promise<void>;
}

/** The data plane; it rejects with Refusal DATA_PLANE_DOWN while it restarts. */
export interface PlaneService {
  status(): SystemStatus;
  samples(flow: string): Promise<Readonly<Record<string, NodeLive>>>;
  inject(flow: string, node: string, payload: unknown): Promise<void>;
}

/** Those with an id throw Refusal DEAD_LETTER_UNKNOWN. See telemetry/deadLetters.ts and telemetry/replays.ts. */
export interface DeadLetterService {
  /** @param before id of a letter: only older ones */
  page(query: LetterQuery, limit: number, before: string | undefined): DeadLetterPage;
  get(id: string): DeadLetter;
  discard(id: string): void;
  clear(query: LetterQuery): void;
  /** Rejects with Refusal NOT_REPLAYABLE, FLOW_NOT_LIVE, FLOW_PAUSED or DATA_PLANE_DOWN, as does the other. */
  replay(id: string): Promise<void>;
  replayAll(flow: string, query: LetterQuery): Promise<ReplayResult>;
}

export interface LetterQuery {
  readonly flow?: string | undefined;
  readonly node?: string | undefined;
}
