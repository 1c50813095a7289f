/**
 * The HTTP API as typed calls. Every call resolves with the answer's body or rejects with an {@link ApiProblem};
 * a 401 also tells `onSessionExpired`, so that one place can ask the person to sign in again.
 */
import type { Diagnostic } from "../../runtime/core/diagnostic.ts";
import type { DeadLetter } from "../../runtime/core/engine/output.ts";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import type {
  ApiError,
  ConnectionDetail,
  ConnectionUpdate,
  DeadLetterPage,
  DeployPreview,
  DeployResult,
  FlowDetail,
  FlowSummary,
  ReplayResult,
  SaveResult,
  Template,
  VersionSummary,
} from "../../runtime/protocol/http.ts";
import type { NodeLive, SystemStatus } from "../../runtime/protocol/live.ts";
import { ApiProblem } from "./ApiProblem.ts";

export interface ApiClientOptions {
  /** Origin of the runtime; "" is the page's own. */
  readonly origin?: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly onSessionExpired?: () => void;
}

export class ApiClient {
  readonly #origin: string;
  readonly #fetch: typeof globalThis.fetch;
  readonly #onSessionExpired: () => void;

  constructor(options: ApiClientOptions = {}) {
    this.#origin = options.origin ?? "";
    this.#fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
    this.#onSessionExpired = options.onSessionExpired ?? (() => undefined);
  }

  listFlows(): Promise<FlowSummary[]> {
    return this.#call("GET", "/api/flows");
  }

  /** @param flow a whole document, as imported or from a template; its id must be free */
  createFlow(flow: FlowDocument): Promise<SaveResult> {
    return this.#call("POST", "/api/flows", flow);
  }

  getFlow(id: string): Promise<FlowDetail> {
    return this.#call("GET", flowPath(id));
  }

  /**
   * Saves the draft.
   * @param revision the one the editor started from; another one there now rejects with a conflict
   */
  saveFlow(flow: FlowDocument, revision: number): Promise<SaveResult> {
    return this.#call("PUT", flowPath(flow.id), flow, ifMatch(revision));
  }

  /** Stops it too. @param revision the one shown to the person who asked */
  deleteFlow(id: string, revision: number): Promise<void> {
    return this.#call("DELETE", flowPath(id), undefined, ifMatch(revision));
  }

  /**
   * Makes the saved draft live.
   * @param revision of the draft that was reviewed
   * @param onto the version last seen, 0 for none: a deploy onto another one rejects with a conflict
   */
  deployFlow(id: string, revision: number, onto: number): Promise<DeployResult> {
    return this.#call("POST", `${flowPath(id)}/deploy`, { onto }, ifMatch(revision));
  }

  /** What deploying the document would do to what nodes know. */
  previewDeploy(flow: FlowDocument): Promise<DeployPreview> {
    return this.#call("POST", `${flowPath(flow.id)}/deploy-preview`, flow);
  }

  pauseFlow(id: string): Promise<FlowSummary> {
    return this.#call("POST", `${flowPath(id)}/pause`);
  }

  /** @param missed what it does about the messages it missed */
  resumeFlow(id: string, missed: "catch up" | "skip"): Promise<FlowSummary> {
    return this.#call("POST", `${flowPath(id)}/resume`, { missed });
  }

  undeployFlow(id: string): Promise<FlowSummary> {
    return this.#call("POST", `${flowPath(id)}/undeploy`);
  }

  validateFlow(flow: FlowDocument): Promise<Diagnostic[]> {
    return this.#call("POST", "/api/validate", flow);
  }

  /** The newest messages per node and port, for an editor that has just opened the flow. */
  getSamples(id: string): Promise<Readonly<Record<string, NodeLive>>> {
    return this.#call("GET", `${flowPath(id)}/samples`);
  }

  /** Presses a node's button. @param payload absent: the node's own */
  inject(flow: string, node: string, payload?: unknown): Promise<void> {
    const body = payload === undefined ? {} : { payload };
    return this.#call("POST", `${flowPath(flow)}/nodes/${encodeURIComponent(node)}/inject`, body);
  }

  listVersions(id: string): Promise<VersionSummary[]> {
    return this.#call("GET", `${flowPath(id)}/versions`);
  }

  getVersion(id: string, version: number): Promise<FlowDocument> {
    return this.#call("GET", `${flowPath(id)}/versions/${version}`);
  }

  listTemplates(): Promise<Template[]> {
    return this.#call("GET", "/api/templates");
  }

  listConnections(): Promise<ConnectionDetail[]> {
    return this.#call("GET", "/api/connections");
  }

  saveConnection(update: ConnectionUpdate): Promise<ConnectionDetail> {
    return this.#call("PUT", `/api/connections/${encodeURIComponent(update.config.name)}`, update);
  }

  deleteConnection(name: string): Promise<void> {
    return this.#call("DELETE", `/api/connections/${encodeURIComponent(name)}`);
  }

  /** Newest first. */
  listDeadLetters(query: {
    readonly flow: string;
    readonly node?: string | undefined;
    readonly limit: number;
  }): Promise<DeadLetterPage> {
    return this.#call("GET", `/api/dead-letters${queryText(query)}`);
  }

  getDeadLetter(id: string): Promise<DeadLetter> {
    return this.#call("GET", letterPath(id));
  }

  discardDeadLetter(id: string): Promise<void> {
    return this.#call("DELETE", letterPath(id));
  }

  /** @param node absent: of all nodes */
  discardDeadLetters(flow: string, node?: string): Promise<void> {
    return this.#call("DELETE", `/api/dead-letters${queryText({ flow, node })}`);
  }

  /** Gives the message to its node again; what came of it shows in the list. */
  replayDeadLetter(id: string): Promise<void> {
    return this.#call("POST", `${letterPath(id)}/replay`);
  }

  replayDeadLetters(flow: string, node?: string): Promise<ReplayResult> {
    return this.#call("POST", `${flowPath(flow)}/dead-letters/replay${queryText({ node })}`);
  }

  getStatus(): Promise<SystemStatus> {
    return this.#call("GET", "/api/status");
  }

  async #call<Answer>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await this.#send(method, path, body, headers);
    const text = await response.text();
    if (response.ok) {
      if (text === "") return undefined as Answer;
      const answer = parsed(text);
      if (answer === undefined) throw unreadable(response.status);
      return answer as Answer;
    }
    if (response.status === 401) this.#onSessionExpired();
    throw new ApiProblem(response.status, errorOf(parsed(text), response.status));
  }

  async #send(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Response> {
    try {
      return await this.#fetch(this.#origin + path, {
        method,
        headers: {
          Accept: "application/json",
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      // fetch rejects only when no answer came; a page that is being left aborts its requests the same way.
      const problem = new ApiProblem(0, {
        code: "OFFLINE",
        message: "The runtime does not answer. Your draft is kept here; check that Millrace is running.",
      });
      problem.cause = cause;
      throw problem;
    }
  }
}

function ifMatch(revision: number): Record<string, string> {
  return { "If-Match": `"${revision}"` };
}

function flowPath(id: string): string {
  return `/api/flows/${encodeURIComponent(id)}`;
}

function letterPath(id: string): string {
  return `/api/dead-letters/${encodeURIComponent(id)}`;
}

/** @returns with its question mark; empty when nothing is asked for */
function queryText(query: Readonly<Record<string, string | number | undefined>>): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

/** @returns undefined when the text is not JSON, as from a proxy's error page */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorOf(body: unknown, status: number): ApiError {
  if (body !== null && typeof body === "object" && "code" in body && "message" in body)
    return body as ApiError;
  return {
    code: "UNREADABLE_ANSWER",
    message: `The runtime answered with status ${status} and no explanation.`,
  };
}

function unreadable(status: number): ApiProblem {
  return new ApiProblem(status, {
    code: "UNREADABLE_ANSWER",
    message: "The answer was not JSON. Something between this page and Millrace may be changing it.",
  });
}
