/** The running side of a node type: what an operator may do, and when. Modelled on Flink's KeyedProcessFunction. */
import type { Effect } from "./effect.ts";
import type { ErrorCode } from "./errors.ts";
import type { CompiledExpression } from "./expression/expression.ts";
import type { Message } from "./message.ts";

export type Clock = "event" | "processing";

export interface Timer {
  readonly name: string;
  /** When it was due, ms since epoch. After downtime this can lie far before `ctx.now`. */
  readonly at: number;
  readonly clock: Clock;
}

/** One per node of a deployed flow. Anything that must outlive a restart goes into keyed state, not into fields. */
export interface Operator<State = unknown> {
  /** Keys that onStart is called for, each as soon as it is deployed and nothing is remembered of it. Default: `""` alone. */
  readonly startKeys?: readonly string[];
  /** Once, when the node starts without remembered state; `ctx.key` is "". Sources with a schedule set timers here. */
  onStart?(ctx: Context<State>): void;
  /** @param port an input port; or a subscription's port; or "button" for a press (payload undefined: none given) */
  onMessage(message: Message, port: string, ctx: Context<State>): void;
  onTimer?(timer: Timer, ctx: Context<State>): void;
}

/** Valid only during the call that received it. */
export interface Context<State = unknown> {
  /** Whose state this call sees: the message's key, unless the node's "per" setting says otherwise. */
  readonly key: string;
  /** Id of the input or timer being worked on. */
  readonly id: string;
  /**
   * An id that no other message, effect or dead letter has, the same under replay. A message made of one message keeps
   * that one's id; one of several made of it, and one made of many or of none, takes a new id.
   */
  nextId(): string;
  /**
   * Keyed state: a JSON value owned by the engine. Assign to keep a change, also after changing it in place;
   * assign undefined to forget the key.
   */
  state: State | undefined;
  /** Processing time: the clock of the batch, ms since epoch, never decreasing. */
  readonly now: number;
  /** Event time: no message with time <= watermark is expected any more. */
  readonly watermark: number;
  /** Sends downstream now: everything it causes happens before this returns. */
  emit(port: string, message: Message): void;
  effect(effect: Effect): void;
  /**
   * Sets or moves the named timer of this node and key. An event timer fires when watermark >= at, a processing
   * timer when now >= at; due timers of a flow fire in order of time. Durable.
   */
  setTimer(name: string, at: number, clock: Clock): void;
  cancelTimer(name: string): void;
  /** Bad data: to the error port when the node has one, else to the dead letters. Processing goes on. */
  fail(code: ErrorCode, text: string, message: Message): void;
  /** Counts a message that ends here for a reason people should see, such as "late". */
  drop(reason: string): void;
  /** Adds to a named number shown for the node and kept across restarts, such as how many keys are raised. */
  gauge(name: string, change: number): void;
  /** Says how full something is that has a limit. From {@link limits.warningShare} on, the card warns. */
  fill(name: string, used: number, max: number): void;
  /** Shows a message in the debug drawer. Telemetry: it may be sampled away under load. */
  debug(message: Message): void;
  /** Evaluates an expression over a message with this call's clock. @throws ExpressionError on bad data */
  evaluate(expression: CompiledExpression, message: Message): unknown;
}

/** What an operator is built with, once per deploy. */
export interface OperatorEnv {
  /** Compiles JSONata. @throws ExpressionError; validation has already refused configs for which it would */
  expression(source: string): CompiledExpression;
  /** Offset of local time from UTC, ms; unknown zones were refused by validation. */
  zoneOffsetMs(zone: string, at: number): number;
}
