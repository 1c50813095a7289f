/**
 * A deployed flow: its nodes, event time and timers.
 *
 * Due timers of all its nodes fire one at a time in order of their time, however far the clock has jumped, so results
 * do not depend on how inputs were batched. While the timer due at T fires, event time for every other node stands at
 * T - 1 (`frontier`): what it emits is not late downstream.
 */
import { limits } from "../limits.ts";
import { noParams } from "../message.ts";
import type { Clock } from "../operator.ts";
import type { FlowPlan, PlanNode } from "../plan/compile.ts";
import { KeyedState, type KeyRecord } from "./keyedState.ts";
import { type NodeSurroundings, RunningNode } from "./node.ts";
import type { DeployReport, NodeFate, SnapshotRecord } from "./output.ts";
import type { StepScope } from "./scope.ts";
import { Source, type SourceState } from "./source.ts";

/** What is kept of a node besides its keys. */
interface NodeRecord {
  readonly type: string;
  readonly stateVersion: number;
  readonly signature: string;
  readonly gauges: Readonly<Record<string, number>>;
  readonly sources: Readonly<Record<string, SourceState>>;
  /** How far event time had come, where several sources are joined. */
  readonly arrived?: number;
}

export class RunningFlow implements NodeSurroundings {
  readonly id: string;
  readonly scope: StepScope;
  readonly nodes: readonly RunningNode[];
  /** No node's event time goes beyond this while a timer fires, or while due ones are left for the next step. */
  frontier = Number.POSITIVE_INFINITY;
  /** A lower bound of when the next timer is due, on whichever clock; Infinity without timers. */
  nextDue = Number.NEGATIVE_INFINITY;
  /** Why the flow stopped, if a fault of ours stopped it. */
  fault: { readonly node: string; readonly text: string } | undefined;
  /** It is not at the head of the journal: it is stepped alone, or stands still. */
  apart = false;
  /** It goes on where a snapshot left it: what it has forgotten since it was deployed stays so. */
  resumed = false;
  readonly timedSources: readonly Source[];
  private readonly joins: readonly RunningNode[];
  private readonly byId: ReadonlyMap<string, RunningNode>;
  /** Position of the last effect or dead letter, and how many there were at it. */
  private issuedAt = -1;
  private issued = 0;
  /** Timers fired in the step `timerStep`, and what they emitted. Of this flow alone: others are not always stepped with it. */
  private timerWork = 0;
  private timerStep = -1;

  constructor(plan: FlowPlan, scope: StepScope, memory: FlowMemory) {
    this.id = plan.id;
    this.scope = scope;
    this.nodes = plan.nodes.map((node) => new RunningNode(this, node));
    this.byId = new Map(this.nodes.map((node) => [node.plan.id, node]));
    for (const node of this.nodes) {
      node.wire(this.nodes);
      const remembered = memory.recall(node);
      for (const subscription of node.plan.subscriptions) {
        node.sources.push(new Source(subscription, scope.now, remembered[subscription.port]));
      }
    }
    this.timedSources = this.nodes.flatMap((node) => node.sources.filter((source) => !source.followsArrival));
    this.spreadSources();
    this.joins = this.nodes.filter((node) => node.joinsSources);
  }

  node(id: string): RunningNode | undefined {
    return this.byId.get(id);
  }

  /** Has it event time of its own, besides the clock? */
  get isTimed(): boolean {
    return this.timedSources.length > 0;
  }

  timerSet(at: number): void {
    if (at >= this.nextDue) return;
    this.nextDue = at;
    if (!this.isTimed) this.scope.timerSet(at);
  }

  nextId(): string {
    const { position, id } = this.scope;
    if (position !== this.issuedAt) this.issued = 0;
    this.issuedAt = position;
    return `${this.id}/${id}.${this.issued++}`;
  }

  /** Gives the flow up after a fault of ours. */
  stop(fault: { readonly node: string; readonly text: string }): void {
    this.fault = fault;
    this.nextDue = Number.POSITIVE_INFINITY;
  }

  /** A dead letter about no message that a node could be given again. */
  bury(
    node: string,
    code: string,
    text: string,
    about: { topic: string; payload: unknown } = { topic: "", payload: null },
  ): void {
    const { now, deadLetters } = this.scope;
    const rest = { key: "", time: now, params: noParams, ...about };
    deadLetters.push({ id: this.nextId(), flow: this.id, node, code, text, at: now, ...rest });
  }

  /** Starts nodes that remember nothing, and keys that nodes remember nothing of. */
  startFresh(): void {
    for (const node of this.nodes) if (node.fresh || !this.resumed) node.start();
  }

  /** Lets time pass for sources that went silent. */
  tick(now: number): void {
    for (const source of this.timedSources) source.tick(now);
  }

  /**
   * Event time has come this far where sources are joined, which depends on when one looks. A batch that changes nothing
   * is not in the journal, so one looks where there is an input, and where a timer fires, and nowhere else.
   */
  advance(): void {
    for (const node of this.joins) node.advance();
  }

  /**
   * Fires every timer that is due by the clocks as they stand. When they are too many for one step the rest is left for
   * the next one, and event time stays before them: for the operators this is a stream that has not come further yet.
   */
  fireDue(): void {
    if (this.nextDue > this.horizon()) return;
    const { scope } = this;
    if (this.timerStep !== scope.step) this.timerWork = 0;
    this.timerStep = scope.step;
    this.frontier = Number.POSITIVE_INFINITY;
    let next = this.nextTimer();
    let at = Number.NaN;
    // Never between timers of one instant: a node has its event time for all keys together.
    while (next.due && (next.due.at === at || this.timerWork < limits.timerWorkPerStepMax)) {
      at = next.due.at;
      scope.turnToTimer();
      if (next.due.clock === "event") this.frontier = next.due.at - 1;
      try {
        next.due.node.fire(next.due.clock);
      } finally {
        this.frontier = Number.POSITIVE_INFINITY;
        this.timerWork += 1 + scope.emissions;
      }
      next = this.nextTimer();
    }
    if (next.due) this.frontier = next.due.at - 1;
    this.nextDue = next.earliest;
  }

  /** When the earliest processing-time timer is due; Infinity without one. At once, when any are left over. */
  nextProcessingAt(): number {
    if (this.frontier !== Number.POSITIVE_INFINITY) return this.scope.now;
    return this.nodes.reduce(
      (least, { keyed }) => Math.min(least, keyed.processing.earliest()),
      Number.POSITIVE_INFINITY,
    );
  }

  *snapshot(dirtyOnly: boolean): Iterable<SnapshotRecord> {
    for (const node of this.nodes) {
      if (node.fresh) continue;
      const { plan } = node;
      if (!dirtyOnly || node.recordChanged || node.sources.some((source) => !source.followsArrival)) {
        node.recordChanged = false;
        yield { address: [this.id, plan.id], value: recordOf(node) };
      }
      for (const [key, record] of node.keyed.records(dirtyOnly)) {
        yield { address: [this.id, plan.id, key], value: record ?? null };
      }
    }
  }

  private horizon(): number {
    let latest = this.scope.now;
    for (const source of this.timedSources) if (source.watermark > latest) latest = source.watermark;
    return latest;
  }

  private nextTimer(): { due?: { node: RunningNode; clock: Clock; at: number }; earliest: number } {
    let due: { node: RunningNode; clock: Clock; at: number } | undefined;
    let earliest = Number.POSITIVE_INFINITY;
    for (const node of this.nodes) {
      const processing = node.keyed.processing.earliest();
      if (processing <= this.scope.now && processing < (due?.at ?? Number.POSITIVE_INFINITY)) {
        due = { node, clock: "processing", at: processing };
      }
      const event = node.keyed.event.earliest();
      if (event < (due?.at ?? Number.POSITIVE_INFINITY) && event <= node.eventClock()) {
        due = { node, clock: "event", at: event };
      }
      earliest = Math.min(earliest, processing, event);
    }
    return due ? { due, earliest } : { earliest };
  }

  /** Tells every node which sources feed it, along the wires; nodes come in topological order. */
  private spreadSources(): void {
    for (const [index, node] of this.nodes.entries()) {
      if (node.plan.startsByItself && node.sources.length === 0) node.arrivals = true;
      for (const source of node.sources) {
        if (source.followsArrival) node.arrivals = true;
        else node.timedSources.push(source);
      }
      for (const targets of node.plan.outputs.values()) {
        for (const { node: target } of targets) this.feed(index, target);
      }
    }
  }

  private feed(from: number, to: number): void {
    const source = this.nodes[from]!;
    const target = this.nodes[to]!;
    if (source.arrivals) target.arrivals = true;
    for (const each of source.timedSources) {
      if (!target.timedSources.includes(each)) target.timedSources.push(each);
    }
  }
}

/** What is known of a flow before it is (re)deployed: from a snapshot, or from the flow that ran until now. */
export class FlowMemory {
  /** Addresses of what was forgotten. */
  readonly forgotten: string[][] = [];
  private readonly kept: string[] = [];
  private readonly reset: string[] = [];
  private readonly flow: string;
  private readonly nodes = new Map<string, { record?: NodeRecord; keyed: KeyedState }>();

  constructor(flow: string) {
    this.flow = flow;
  }

  static of(running: RunningFlow): FlowMemory {
    const memory = new FlowMemory(running.id);
    for (const node of running.nodes) {
      if (!node.fresh) memory.nodes.set(node.plan.id, { record: recordOf(node), keyed: node.keyed });
    }
    return memory;
  }

  /** Remembers one record of a snapshot. */
  add(record: SnapshotRecord): void {
    const { address, text } = record;
    const [, id, key] = address as [string, string, string?];
    if (text === undefined && record.value === null) return;
    let node = this.nodes.get(id);
    if (!node) {
      node = { keyed: new KeyedState() };
      this.nodes.set(id, node);
    }
    if (key === undefined) node.record = record.value as NodeRecord;
    else if (text === undefined) node.keyed.restore(key, record.value as KeyRecord);
    else node.keyed.restoreText(key, text);
  }

  /** Gives a node what it knew, if its state still means the same. @returns what its sources knew */
  recall(node: RunningNode): NodeRecord["sources"] {
    const { id } = node.plan;
    const known = this.nodes.get(id);
    if (!known?.record) return {};
    const { record, keyed } = known;
    if (differenceOf(record, node.plan)) {
      if (keyed.size > 0) this.reset.push(id);
      this.forget(id);
      return {};
    }
    if (keyed.size > 0) this.kept.push(id);
    node.fresh = false;
    node.gauges = { ...record.gauges };
    node.keyed = keyed;
    if (record.arrived !== undefined) node.arrived = record.arrived;
    return record.sources;
  }

  /** What a plan would do to what is known, node by node: those of the plan in its order, then those it no longer has. */
  fates(plan: FlowPlan): NodeFate[] {
    const present = new Set(plan.nodes.map((node) => node.id));
    const gone = [...this.nodes].filter(([id]) => !present.has(id));
    return [
      ...plan.nodes.map((node): NodeFate => {
        const { record, keyed } = this.nodes.get(node.id) ?? {};
        if (!record || !keyed) return { node: node.id, fate: "new", keys: 0 };
        const because = differenceOf(record, node);
        return {
          node: node.id,
          fate: because ? "reset" : "kept",
          keys: keyed.size,
          ...(because && { because }),
        };
      }),
      ...gone.map(([id, { keyed }]): NodeFate => ({ node: id, fate: "forgotten", keys: keyed.size })),
    ];
  }

  /** Forgets every node that the plan no longer has. */
  forgetOthers(plan: FlowPlan): void {
    const present = new Set(plan.nodes.map((node) => node.id));
    for (const id of this.nodes.keys()) if (!present.has(id)) this.forget(id);
  }

  forgetAll(): void {
    for (const id of this.nodes.keys()) this.forget(id);
  }

  report(): DeployReport {
    return { kept: this.kept, reset: this.reset };
  }

  private forget(id: string): void {
    this.forgotten.push([this.flow, id]);
    for (const key of this.nodes.get(id)?.keyed.keys() ?? []) this.forgotten.push([this.flow, id, key]);
  }
}

/** Why what a node knew means nothing to it any more, if so. */
function differenceOf(record: NodeRecord, { type, stateSignature }: PlanNode): NodeFate["because"] {
  if (record.type !== type.type) return "type";
  if (record.stateVersion !== type.stateVersion) return "version";
  return record.signature === stateSignature ? undefined : "settings";
}

function recordOf({ plan, gauges, sources, joinsSources, arrived }: RunningNode): NodeRecord {
  return {
    ...(joinsSources && Number.isFinite(arrived) ? { arrived } : {}),
    type: plan.type.type,
    stateVersion: plan.type.stateVersion,
    signature: plan.stateSignature,
    gauges: { ...gauges },
    sources: Object.fromEntries(sources.map(({ subscription, state }) => [subscription.port, { ...state }])),
  };
}
