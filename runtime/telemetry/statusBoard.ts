/** The state of the whole runtime, put together from what its parts report. */
import type { ExpressionLimits } from "../core/expression/limits.ts";
import type { FlowLag } from "../protocol/http.ts";
import type { ConnectionStatus, DeadLetterCounts, SystemStatus } from "../protocol/live.ts";

/** What the data plane says about itself, about once a second. */
export interface PlaneReport {
  readonly connections: readonly ConnectionStatus[];
  readonly inputsPerSecond: number;
  readonly lag: number;
  readonly behind: Readonly<Record<string, { paused: boolean; lagInputs: number; lagMs: number }>>;
  readonly drops: Readonly<Record<string, number>>;
}

type Configured = Pick<ConnectionStatus, "name" | "url" | "embedded">;

export class StatusBoard {
  readonly #now: () => number;
  readonly #deadLetters: () => DeadLetterCounts;
  readonly #expressionLimits: ExpressionLimits;
  #plane: PlaneReport = { connections: [], inputsPerSecond: 0, lag: 0, behind: {}, drops: {} };
  #configured: readonly Configured[] = [];
  #state: SystemStatus["dataPlane"] = "starting";

  /**
   * @param now ms since epoch
   * @param deadLetters how many are kept, by flow
   * @param expressionLimits which the editor's previews keep to as well
   */
  constructor(now: () => number, deadLetters: () => DeadLetterCounts, expressionLimits: ExpressionLimits) {
    this.#now = now;
    this.#expressionLimits = expressionLimits;
    this.#deadLetters = deadLetters;
  }

  get state(): SystemStatus["dataPlane"] {
    return this.#state;
  }

  /** What there should be; until the data plane reports on one, it is connecting. */
  setConnections(connections: readonly Configured[]): void {
    this.#configured = connections;
  }

  setPlane(report: PlaneReport): void {
    this.#plane = report;
  }

  /** While it does not run, nothing is known of its connections but that they are down. */
  setState(state: SystemStatus["dataPlane"]): void {
    this.#state = state;
    if (state === "running") return;
    const connections = this.#plane.connections.map((each): ConnectionStatus => {
      return { ...each, state: "disconnected", error: `The data plane is ${state}.` };
    });
    this.#plane = { ...this.#plane, connections, inputsPerSecond: 0, lag: 0 };
  }

  report(): SystemStatus {
    const { connections: known, inputsPerSecond, lag, behind, drops } = this.#plane;
    const waiting = this.#configured.filter(({ name }) => !known.some((each) => each.name === name));
    return {
      at: this.#now(),
      connections: [...known, ...waiting.map((each) => ({ ...each, state: "connecting" as const }))],
      inputsPerSecond,
      lag,
      behind: lagsOf(behind),
      drops,
      deadLetters: this.#deadLetters(),
      dataPlane: this.#state,
      expressionLimits: this.#expressionLimits,
    };
  }
}

/** In the words of the API. */
export function lagsOf(behind: PlaneReport["behind"]): Readonly<Record<string, FlowLag>> {
  return Object.fromEntries(
    Object.entries(behind).map(([flow, { paused, lagInputs, lagMs }]) => [
      flow,
      { paused, lagMessages: lagInputs, lagMs },
    ]),
  );
}
