/**
 * The engine: inputs in, effects out, everything in between deterministic. It holds no clock, does no I/O, and the same
 * snapshot with the same batches gives the same outputs, on any host.
 *
 * Order: inputs one at a time in journal order; a message runs depth-first through its flow before the next. Before an
 * input is delivered, every timer that is due by then has fired.
 */

import { fromBase64 } from "../base64.ts";
import type { Message } from "../message.ts";
import { noParams } from "../message.ts";
import type { FlowPlan } from "../plan/compile.ts";
import type { Platform } from "../platform.ts";
import { Decoder, PayloadError } from "./decode.ts";
import { FlowMemory, RunningFlow } from "./flow.ts";
import type { Batch, InjectInput, MqttInput, ReplayInput } from "./input.ts";
import type { RunningNode } from "./node.ts";
import type { DeployReport, NodeFate, NodeTelemetry, SnapshotRecord, StepResult } from "./output.ts";
import { Quarantine, type QuarantinedInput } from "./quarantine.ts";
import { type MqttFilter, type Route, Routing } from "./routing.ts";
import { OperatorFault, StepScope, TooManyMessages } from "./scope.ts";
import { noTrace, type Trace } from "./trace.ts";

export class Engine {
  /** MQTT inputs that no deployed flow listens to. */
  unrouted = 0;
  /** What is left out, for the flow named. */
  quarantine = new Quarantine([]);
  private readonly scope: StepScope;
  private readonly decoder: Decoder;
  private readonly running = new Map<string, RunningFlow>();
  private readonly memories = new Map<string, FlowMemory>();
  private routing = new Routing([]);
  private forgotten: string[][] = [];
  /** Deployed since the last step: their nodes start in the next one. */
  private starting: RunningFlow[] = [];
  private timed: readonly RunningFlow[] = [];

  constructor(platform: Platform, trace: Trace = noTrace) {
    this.decoder = new Decoder(platform);
    this.scope = new StepScope(trace);
  }

  get flows(): readonly string[] {
    return [...this.running.keys()];
  }

  /** Takes in what a snapshot knows; flows find it when they are deployed. Call before the first deploy. */
  restore(records: Iterable<SnapshotRecord>): void {
    for (const record of records) {
      const flow = record.address[0]!;
      let memory = this.memories.get(flow);
      if (!memory) {
        memory = new FlowMemory(flow);
        this.memories.set(flow, memory);
      }
      memory.add(record);
    }
  }

  /**
   * Runs a flow from the next step on, in place of the flow with the same id. Nodes whose id, type and state signature
   * are unchanged keep their state, timers and gauges.
   * @param at processing time, ms since epoch
   */
  deploy(plan: FlowPlan, at: number): DeployReport {
    return this.run(plan, at, false);
  }

  /** Runs a flow that ran when the snapshot was taken, as if there had been no interruption. */
  resume(plan: FlowPlan, at: number): void {
    this.run(plan, at, true);
  }

  private run(plan: FlowPlan, at: number, resumed: boolean): DeployReport {
    this.scope.now = Math.max(this.scope.now, at);
    const memory = this.memoryOf(plan.id);
    const flow = new RunningFlow(plan, this.scope, memory);
    flow.apart = this.running.get(plan.id)?.apart ?? false;
    flow.resumed = resumed;
    memory.forgetOthers(plan);
    for (const address of memory.forgotten) this.forgotten.push(address);
    this.running.set(plan.id, flow);
    // Timers it remembers are looked at in the next step.
    this.scope.timerSet(at);
    this.starting.push(flow);
    this.connect();
    return memory.report();
  }

  /** What {@link deploy} would do to what the flow's nodes know. Changes nothing. */
  deployPreview(plan: FlowPlan): readonly NodeFate[] {
    const running = this.running.get(plan.id);
    const memory = running ? FlowMemory.of(running) : this.memories.get(plan.id);
    return (memory ?? new FlowMemory(plan.id)).fates(plan);
  }

  /**
   * Takes a flow off the head of the journal: from here on only {@link step} with its id reaches it. Flows do not hear
   * of each other, so each may stand at a batch of its own.
   */
  detach(id: string): void {
    this.setApart(id, true);
  }

  /** Brings a flow back: it has been stepped with every batch up to the one that comes next. */
  attach(id: string): void {
    this.setApart(id, false);
  }

  /** Stops a flow and forgets its state. */
  remove(id: string): void {
    const memory = this.memoryOf(id);
    memory.forgetAll();
    for (const address of memory.forgotten) this.forgotten.push(address);
    this.running.delete(id);
    this.connect();
  }

  /** What the shell must be subscribed to; one entry per connection and filter. */
  subscriptions(): readonly MqttFilter[] {
    return this.routing.filters();
  }

  /** @param alone the flow to step, if it is {@link detach}ed; absent: all flows that are not */
  step(batch: Batch, alone?: string): StepResult {
    const { scope } = this;
    const { now } = scope;
    scope.begin(batch.now);
    scope.turnTo(batch.position);
    if (!this.quarantine.isEmpty) this.stopQuarantined(batch.position, alone);
    this.startFresh(alone);
    if (alone === undefined) this.passTime(batch);
    else this.passTimeOf(alone, batch);
    for (const [index, input] of batch.inputs.entries()) {
      scope.turnTo(batch.position + 1 + index);
      if (input.kind === "mqtt") this.receive(input, alone);
      else if (input.kind === "inject") this.inject(input, alone);
      else this.replay(input, alone);
    }
    // The others are where they were, and so is their clock.
    if (alone !== undefined) scope.now = now;
    const { effects, deadLetters, debug, debugSkipped, fired, replayed } = scope;
    return { effects, deadLetters, debug, debugSkipped, fired, replayed };
  }

  /**
   * Processing time at which a timer could be due next; undefined without timers. A host that steps then, and now and
   * again for sources with event time of their own, fires every timer in time.
   */
  nextTimerAt(): number | undefined {
    const { scope } = this;
    const earliest = this.timed.reduce(
      (least, flow) => Math.min(least, flow.nextProcessingAt()),
      scope.nextDue,
    );
    return earliest === Number.POSITIVE_INFINITY ? undefined : Math.max(earliest, scope.now + 1);
  }

  /** Everything the engine knows, or what changed since the last call. */
  snapshot(dirtyOnly: boolean): SnapshotRecord[] {
    const records: SnapshotRecord[] = this.forgotten.map((address) => ({ address, value: null }));
    this.forgotten = [];
    // One by one: a million keys are more arguments than a call takes.
    for (const flow of this.running.values()) {
      for (const record of flow.snapshot(dirtyOnly)) records.push(record);
    }
    return records;
  }

  /** Counters and newest messages of a flow's nodes, since it was deployed. */
  telemetry(id: string): Readonly<Record<string, NodeTelemetry>> {
    const flow = this.running.get(id);
    return flow ? Object.fromEntries(flow.nodes.map((node) => [node.plan.id, node.telemetry()])) : {};
  }

  /** Why a flow stopped by itself: a fault of ours in one of its operators. */
  fault(id: string): { readonly node: string; readonly text: string } | undefined {
    return this.running.get(id)?.fault;
  }

  /** Does the flow run, and would its node still get this message? */
  canReplay({ flow: id, node: nodeId, port, message, raw }: ReplayInput): boolean {
    const flow = this.running.get(id);
    const node = flow?.node(nodeId);
    if (!node || flow?.fault) return false;
    return raw === undefined ? node.takes(port) : this.routeOf(node, port, message.topic) !== undefined;
  }

  private startFresh(alone: string | undefined): void {
    if (this.starting.length === 0) return;
    const [now, later] = [[] as RunningFlow[], [] as RunningFlow[]];
    for (const flow of this.starting) (isMeant(flow, alone) ? now : later).push(flow);
    this.starting = later;
    for (const flow of now) {
      if (this.running.get(flow.id) === flow) this.contain(flow, () => flow.startFresh());
    }
  }

  /** Flows whose time cannot have come cost nothing here, however many there are. */
  private passTime(batch: Batch): void {
    const { scope } = this;
    const { now } = batch;
    for (const flow of this.timed) this.passTimeIn(flow, batch);
    if (scope.nextDue > now) return;
    scope.nextDue = Number.POSITIVE_INFINITY;
    for (const flow of this.running.values()) {
      if (flow.isTimed || flow.apart) continue;
      this.contain(flow, () => flow.fireDue());
      scope.timerSet(flow.nextDue);
    }
  }

  private passTimeOf(id: string, batch: Batch): void {
    const flow = this.running.get(id);
    if (flow) this.passTimeIn(flow, batch);
  }

  private passTimeIn(flow: RunningFlow, { now, inputs }: Batch): void {
    flow.tick(now);
    if (inputs.length > 0) flow.advance();
    this.contain(flow, () => flow.fireDue());
  }

  private receive(input: MqttInput, alone: string | undefined): void {
    const routes = this.routing.routes(input.connection, input.topic);
    if (routes.length === 0) {
      if (alone === undefined) this.unrouted++;
      return;
    }
    this.decoder.open(input.payload);
    const preview = () => this.decoder.preview();
    for (const route of routes) {
      if (!isMeant(route.flow, alone) || this.isLeftOut(route.flow, input.topic, preview)) continue;
      if (input.retained && !route.source.subscription.retained) continue;
      if (route.flow.fault) route.node.drop("flow stopped");
      else this.contain(route.flow, () => this.deliver(route, input.topic));
    }
  }

  private deliver({ flow, node, source, params, key }: Route, topic: string): void {
    const { scope, decoder } = this;
    let message: Message;
    scope.trace.atNode(node.name);
    try {
      message = source.read(decoder, topic, params, key, node.env, scope.id);
    } catch (cause) {
      if (!(cause instanceof PayloadError)) throw cause;
      const text = `Reading ${topic}: ${cause.message}`;
      const unread = { topic, payload: decoder.preview(), key, time: scope.now, params, id: scope.id };
      node.fail(cause.code, text, unread, { port: source.subscription.port, raw: decoder.raw() });
      return;
    }
    if (!source.followsArrival) {
      source.observe(message.time, scope.now);
      flow.advance();
      flow.fireDue();
    }
    node.accept(message, source.subscription.port);
  }

  private inject({ flow: id, node: nodeId, payload }: InjectInput, alone: string | undefined): void {
    const flow = this.running.get(id);
    if (flow && !isMeant(flow, alone)) return;
    const node = flow?.node(nodeId);
    if (!flow || !node || flow.fault) {
      if (alone === undefined) this.unrouted++;
      return;
    }
    if (this.isLeftOut(flow, "", () => payload ?? null)) return;
    const { now: time, id: cause } = this.scope;
    const message: Message = { topic: "", payload, key: "", time, params: noParams, id: cause };
    this.contain(flow, () => node.accept(message, "button"));
  }

  private replay(input: ReplayInput, alone: string | undefined): void {
    const { port, message, raw } = input;
    const flow = this.running.get(input.flow);
    if (!flow || !isMeant(flow, alone) || !this.canReplay(input)) return;
    this.scope.replayed.push(input.letter);
    if (this.isLeftOut(flow, message.topic, () => message.payload)) return;
    const node = flow.node(input.node)!;
    if (raw === undefined) {
      this.contain(flow, () => node.accept({ ...message, id: this.scope.id }, port));
    } else {
      this.decoder.open(fromBase64(raw));
      this.contain(flow, () => this.deliver(this.routeOf(node, port, message.topic)!, message.topic));
    }
  }

  private routeOf(node: RunningNode, port: string, topic: string): Route | undefined {
    const source = node.sources.find(({ subscription }) => subscription.port === port);
    const routes = source ? this.routing.routes(source.subscription.connection, topic) : [];
    return routes.find((route) => route.source === source);
  }

  private isLeftOut(flow: RunningFlow, topic: string, payload: () => unknown): boolean {
    if (this.quarantine.isEmpty) return false;
    const found = this.quarantine.find(this.scope.position, flow.id);
    if (found) this.letter(flow, found, topic, payload());
    return found !== undefined;
  }

  /** A timer cannot be left out, for it would be due again: its flow is stopped. */
  private stopQuarantined(position: number, alone: string | undefined): void {
    for (const found of this.quarantine.at(position)) {
      const flow = this.running.get(found.flow);
      if (!flow || !isMeant(flow, alone)) continue;
      flow.stop({ node: found.node, text: found.cause });
      this.letter(flow, found, "", null);
    }
  }

  private letter(flow: RunningFlow, found: QuarantinedInput, topic: string, payload: unknown): void {
    this.scope.fired = true;
    const text = `It was left out for this flow: ${found.cause}`;
    flow.bury(found.node, "INPUT_QUARANTINED", text, { topic, payload });
  }

  /** Keeps what goes wrong in a flow inside it. */
  private contain(flow: RunningFlow, work: () => void): void {
    try {
      work();
    } catch (cause) {
      const located = cause instanceof OperatorFault || cause instanceof TooManyMessages;
      const node = located ? cause.node : "";
      const text = cause instanceof Error ? cause.message : String(cause);
      const runaway = cause instanceof TooManyMessages;
      if (!runaway) flow.stop({ node, text });
      const code = runaway ? "TOO_MANY_MESSAGES" : "FLOW_STOPPED";
      this.scope.fired = true;
      flow.bury(node, code, text);
    }
  }

  private setApart(id: string, apart: boolean): void {
    const flow = this.running.get(id);
    if (!flow) return;
    flow.apart = apart;
    this.timed = [...this.running.values()].filter((each) => each.isTimed && !each.apart);
    // Its timers were not counted while it was apart.
    this.scope.timerSet(Number.NEGATIVE_INFINITY);
  }

  private connect(): void {
    this.timed = [...this.running.values()].filter((flow) => flow.isTimed && !flow.apart);
    this.routing = new Routing(this.running.values());
  }

  /** What is known of a flow: from the one that runs, else from the snapshot. */
  private memoryOf(id: string): FlowMemory {
    const running = this.running.get(id);
    const memory = running ? FlowMemory.of(running) : (this.memories.get(id) ?? new FlowMemory(id));
    this.memories.delete(id);
    return memory;
  }
}

/** Is a flow stepped, when this one is alone or none is? */
function isMeant(flow: RunningFlow, alone: string | undefined): boolean {
  return alone === undefined ? !flow.apart : flow.id === alone;
}
