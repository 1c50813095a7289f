/** A node of a running flow: its operator, state, timers and counters, and the context the operator sees. */
import type { Effect } from "../effect.ts";
import { type CompiledExpression, ExpressionError } from "../expression/expression.ts";
import { limits } from "../limits.ts";
import { derive, type Message } from "../message.ts";
import type { Clock, Context, Timer } from "../operator.ts";
import type { PlanNode } from "../plan/compile.ts";
import { isPublishableTopic } from "../topic/template.ts";
import { Fills, graver } from "./fills.ts";
import { KeyedState } from "./keyedState.ts";
import { NodeEnv } from "./nodeEnv.ts";
import type { NodeTelemetry, PortTelemetry } from "./output.ts";
import { OperatorFault, type StepScope, TooManyMessages } from "./scope.ts";
import type { Source } from "./source.ts";

/** Counter of a port, and the newest message that passed it. */
interface PortCounter {
  count: number;
  last: Message | undefined;
  at: number;
}

interface OutPort extends PortCounter {
  readonly targets: { readonly node: RunningNode; readonly port: string; readonly counter: PortCounter }[];
}

/** What a node needs of the flow it runs in. */
export interface NodeSurroundings {
  readonly id: string;
  readonly scope: StepScope;
  /** No node's event time goes beyond this. */
  readonly frontier: number;
  /** A timer was set: it is due at `at`, on whichever clock. */
  timerSet(at: number): void;
  /** An id no other effect or dead letter has; the same under replay. */
  nextId(): string;
}

export class RunningNode implements Context {
  readonly plan: PlanNode;
  /** One per subscription, in its order. */
  readonly sources: Source[] = [];
  /** Sources with an event time of their own, here and upstream: they hold this node's event time back. */
  readonly timedSources: Source[] = [];
  /** Fed (also) by things that happen when they arrive: MQTT at arrival, buttons, clocks. */
  arrivals = false;
  keyed = new KeyedState();
  gauges: Record<string, number> = {};
  recordChanged = true;
  /** How far the sources had brought event time when it mattered last, all due timers fired or not. */
  arrived = Number.NEGATIVE_INFINITY;
  fresh = true;
  key = "";
  /** Of its trace. */
  readonly name: number;
  /** Where the message being worked on came in; undefined: a timer, or a start. */
  private port: string | undefined;
  private readonly flow: NodeSurroundings;
  /** What the expressions of the node see besides their input. */
  readonly env: NodeEnv;
  private readonly inPorts = new Map<string, PortCounter>();
  private readonly outPorts = new Map<string, OutPort>();
  private readonly drops: Record<string, number> = {};
  private failed = 0;
  private lastError: NodeTelemetry["lastError"];
  private readonly fills = new Fills();
  /** How far event time had come when the operator was last told. */
  private reached = Number.NEGATIVE_INFINITY;

  constructor(flow: NodeSurroundings, plan: PlanNode) {
    this.flow = flow;
    this.plan = plan;
    this.env = new NodeEnv(flow.scope, `${flow.id}/${plan.id}`);
    this.name = flow.scope.trace.nameNode(flow.id, plan.id);
    for (const name of plan.inputs) this.inPorts.set(name, newCounter());
    for (const { port } of plan.subscriptions) this.inPorts.set(port, newCounter());
    for (const name of plan.outputs.keys()) this.outPorts.set(name, { ...newCounter(), targets: [] });
  }

  /** Joins the ports once all nodes exist. */
  wire(nodes: readonly RunningNode[]): void {
    for (const [name, targets] of this.plan.outputs) {
      for (const { node, port } of targets) {
        const target = nodes[node]!;
        this.outPorts.get(name)!.targets.push({ node: target, port, counter: target.inPorts.get(port)! });
      }
    }
  }

  // --- driven by the flow

  /** Starts what it remembers nothing of: the node, or keys its operator has come to know of since. */
  start(): void {
    const { operator } = this.plan;
    for (const key of operator.startKeys ?? (this.fresh ? [""] : [])) {
      if (!this.fresh && this.keyed.has(key)) continue;
      this.flow.scope.fired = true;
      this.key = key;
      this.port = undefined;
      this.guard(() => operator.onStart?.(this), undefined);
    }
    if (!this.fresh) return;
    this.recordChanged = true;
    this.fresh = false;
    this.flow.scope.fired = true;
  }

  /** Does it have this input, or subscription, or button? */
  takes(port: string): boolean {
    return this.inPorts.has(port) || (port === "button" && this.plan.type.button !== undefined);
  }

  /** A message from outside: a subscription, or the button. */
  accept(message: Message, port: string): void {
    const counter = this.inPorts.get(port);
    if (counter) this.count(counter, message);
    this.run(message, port);
  }

  fire(clock: Clock): void {
    const pending = this.keyed[clock].take()!;
    this.flow.scope.fired = true;
    this.keyed.timerTaken(pending.key);
    this.key = pending.key;
    this.port = undefined;
    if (clock === "event") this.reached = Math.max(this.reached, pending.at);
    const timer: Timer = { name: pending.name, at: pending.at, clock };
    this.guard(() => this.plan.operator.onTimer?.(timer, this), undefined);
  }

  /** Event time has come as far as it is now, whatever its sources do next. Only where a replay comes too. */
  advance(): void {
    const clock = this.eventClock();
    if (clock === this.arrived) return;
    this.arrived = clock;
    if (this.joinsSources) this.recordChanged = true;
  }

  /**
   * How far event time has come for this node, if all due timers upstream had fired: the minimum over active sources.
   * A source that was idle while the others went on is ignored until it has caught up; when the last one falls idle
   * nothing holds the furthest back (Flink's StatusWatermarkValve).
   */
  eventClock(): number {
    const { now } = this.flow.scope;
    let least = this.arrivals || this.timedSources.length === 0 ? now - 1 : Number.POSITIVE_INFINITY;
    let furthest = Number.NEGATIVE_INFINITY;
    let allIdle = least === Number.POSITIVE_INFINITY;
    for (const source of this.timedSources) {
      if (source.watermark > furthest) furthest = source.watermark;
      if (source.isIdle(now)) continue;
      allIdle = false;
      if (source.watermark >= this.arrived && source.watermark < least) least = source.watermark;
    }
    const clock = allIdle ? furthest : least;
    return clock > this.arrived && clock !== Number.POSITIVE_INFINITY ? clock : this.arrived;
  }

  /** Only then can event time be ahead of what its sources say, and must be remembered. */
  get joinsSources(): boolean {
    return this.timedSources.length + (this.arrivals ? 1 : 0) > 1;
  }

  // --- Context, as the operator sees it

  get id(): string {
    return this.flow.scope.id;
  }

  nextId(): string {
    return this.flow.nextId();
  }

  get now(): number {
    return this.flow.scope.now;
  }

  get watermark(): number {
    this.advance();
    const clock = Math.min(this.arrived, this.flow.frontier);
    if (clock > this.reached) this.reached = clock;
    return this.reached;
  }

  get state(): unknown {
    return this.keyed.read(this.key);
  }

  set state(value: unknown) {
    this.boundKeys();
    this.keyed.write(this.key, value);
  }

  emit(port: string, message: Message): void {
    const out = this.outPorts.get(port);
    if (!out) throw new Error(`${this.plan.type.type} emitted on ${port}, which it does not have`);
    this.count(out, message);
    const { scope } = this.flow;
    // Counted without anybody listening too: a loop in an operator ends by this.
    if (out.targets.length === 0) scope.countEmission(this.plan.id);
    for (const target of out.targets) {
      scope.countEmission(this.plan.id);
      target.node.count(target.counter, message);
      target.node.run(message, target.port);
    }
  }

  effect(effect: Effect): void {
    if (!isPublishableTopic(effect.topic))
      throw new Error(`${this.plan.type.type} published to “${effect.topic}”`);
    const { scope, id } = this.flow;
    scope.effects.push({ id: this.flow.nextId(), flow: id, node: this.plan.id, effect });
  }

  setTimer(name: string, at: number, clock: Clock): void {
    this.boundKeys();
    this.keyed.setTimer(this.key, name, at, clock);
    this.flow.timerSet(at);
  }

  cancelTimer(name: string): void {
    this.keyed.cancelTimer(this.key, name);
  }

  /** @param unread it could not be read: where it came in, and its bytes as base64 if they can be kept */
  fail(
    code: string,
    text: string,
    message: Message,
    unread?: { readonly port: string; readonly raw: string | undefined },
  ): void {
    const { scope } = this.flow;
    this.failed++;
    this.lastError = { code, text, at: scope.now };
    const errors = this.outPorts.get("error");
    if (errors && errors.targets.length > 0) {
      this.emit("error", derive(message, { code, message: text, input: message.payload }));
      return;
    }
    const { topic, key, time, params, payload } = message;
    const port = unread ? unread.raw && unread.port : this.port;
    scope.deadLetters.push({
      id: this.flow.nextId(),
      flow: this.flow.id,
      node: this.plan.id,
      ...(port ? { port } : {}),
      code,
      text,
      at: scope.now,
      topic,
      key,
      time,
      params,
      payload,
      ...(unread?.raw ? { raw: unread.raw } : {}),
    });
  }

  drop(reason: string): void {
    this.drops[reason] = (this.drops[reason] ?? 0) + 1;
  }

  gauge(name: string, change: number): void {
    this.gauges[name] = (this.gauges[name] ?? 0) + change;
    this.recordChanged = true;
  }

  fill(name: string, used: number, max: number): void {
    if (used >= limits.warningShare * max) this.fills.note(name, used / max, this.now);
  }

  debug(message: Message): void {
    this.flow.scope.addDebug(this.flow.id, this.plan.id, message);
  }

  evaluate(expression: CompiledExpression, message: Message): unknown {
    return expression.evaluate(message, this.env);
  }

  telemetry(): NodeTelemetry {
    this.fill("keys", this.keyed.size, limits.keysPerNodeMax);
    const status = graver(this.plan.type.status?.(this.gauges), this.fills.status(this.now));
    return {
      inputs: Object.fromEntries([...this.inPorts].map(portTelemetry)),
      outputs: Object.fromEntries([...this.outPorts].map(portTelemetry)),
      failed: this.failed,
      drops: { ...this.drops },
      ...(this.lastError ? { lastError: this.lastError } : {}),
      ...(status ? { status } : {}),
    };
  }

  // --- inside

  private run(message: Message, port: string): void {
    const { keyBy, operator } = this.plan;
    this.port = port;
    this.flow.scope.trace.atNode(this.name);
    try {
      this.key =
        keyBy.by === "key" ? message.key : keyBy.by === "all" ? "" : this.keyValue(keyBy.of, message);
      operator.onMessage(message, port, this);
    } catch (cause) {
      this.caught(cause, message);
    }
  }

  private guard(call: () => void, message: Message | undefined): void {
    this.flow.scope.trace.atNode(this.name);
    try {
      call();
    } catch (cause) {
      this.caught(cause, message);
    }
  }

  private caught(cause: unknown, message: Message | undefined): void {
    if (cause instanceof TooManyMessages || cause instanceof OperatorFault) throw cause;
    if (cause instanceof ExpressionError)
      return this.fail(cause.code, cause.message, message ?? this.noMessage());
    throw new OperatorFault(this.plan.id, cause);
  }

  private noMessage(): Message {
    return { topic: "", payload: null, key: this.key, time: this.now, params: {}, id: this.id };
  }

  private keyValue(expression: CompiledExpression, message: Message): string {
    const value = this.evaluate(expression, message);
    if (typeof value === "string") return value;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    const shown = (JSON.stringify(value) ?? "no result").slice(0, 80);
    throw new ExpressionError(
      "KEY_NOT_TEXT",
      `The value that separates is ${shown}: expected a text or number.`,
    );
  }

  /** @throws ExpressionError when there is no room for the key, whose message then fails */
  private boundKeys(): void {
    if (this.keyed.size < limits.keysPerNodeMax && this.key.length <= limits.keyLengthMax) return;
    if (this.keyed.has(this.key)) return;
    const { keysPerNodeMax, keyLengthMax } = limits;
    if (this.key.length > keyLengthMax)
      throw new ExpressionError(
        "KEY_TOO_LONG",
        `The key “${this.key.slice(0, 80)}…” has ${this.key.length} characters; at most ${keyLengthMax} are kept.`,
      );
    throw new ExpressionError("STATE_FULL", `The node keeps state for ${keysPerNodeMax} keys already.`);
  }

  private count(counter: PortCounter, message: Message): void {
    counter.count++;
    counter.last = message;
    counter.at = this.flow.scope.now;
  }
}

function newCounter(): PortCounter {
  return { count: 0, last: undefined, at: 0 };
}

function portTelemetry([name, { count, last, at }]: [string, PortCounter]): [string, PortTelemetry] {
  return [name, last ? { count, last: { message: last, at } } : { count }];
}
