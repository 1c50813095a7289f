/**
 * Operators that judge the messages of a key in order of event time, whatever order they arrive in.
 *
 * A message that another could still precede waits until the watermark excludes that; from a source without delay
 * this is no wait at all. Between messages an operator is called when time itself has something to say: it names one
 * instant, and is called there, after all messages of that instant and before any later one. So what it does depends
 * on the times of the messages alone.
 */
import type { ErrorCode } from "../errors.ts";
import { ExpressionError } from "../expression/expression.ts";
import type { Message } from "../message.ts";
import type { Context, Operator } from "../operator.ts";

/** What an operator may do while it judges. State and the timer are kept for it. */
export type Judging = Pick<
  Context,
  "key" | "id" | "nextId" | "now" | "watermark" | "emit" | "fail" | "drop" | "gauge" | "fill" | "evaluate"
>;

export interface OrderedOperator<Own> {
  /**
   * The next message of the key, in order of event time; of equal times, in order of arrival.
   * An ExpressionError thrown here fails the message and leaves the state as it is: evaluate before changing anything.
   * @param own what the operator keeps of the key: a JSON value, which it may change in place; undefined: nothing yet
   * @returns what it keeps from now on; undefined forgets the key
   */
  judge(own: Own | undefined, message: Message, port: string, ctx: Judging): Own | undefined;
  /** Event time at which the operator has something to do unless a message comes first; undefined: nothing. */
  dueAt?(own: Own): number | undefined;
  /**
   * That time has come: every message with this time or an earlier one has been judged.
   * Must move the time on or forget the key.
   * @param at the due time, also when it is long past
   */
  due?(own: Own, at: number, ctx: Judging): Own | undefined;
  /** Takes a message that came too late to be judged. Absent: it is dropped, "late". */
  late?(message: Message, port: string, ctx: Judging): void;
}

/** State of one key. */
export interface Ordered<Own> {
  own?: Own | undefined;
  /** Event time of the newest message judged or time come: nothing older is judged any more. */
  at?: number;
  /** When the timer is set for: never later than needed. One that comes too early just sets itself again. */
  wakeAt?: number;
  /** Messages the watermark has not reached, by event time, then arrival, each with its port. */
  waiting: [port: string, message: Message][];
}

/**
 * Messages of one key that may wait for the watermark. A sensor with 100 readings a second and a minute of delay has
 * 6,000 under way; beyond this the first ones are judged before their time, and what then comes before them is late.
 */
export const waitingPerKeyMax = 10_000;

/** Wraps an operator so that it sees messages and time in order. */
export function inOrder<Own>(
  operator: OrderedOperator<Own>,
  waitingMax = waitingPerKeyMax,
): Operator<Ordered<Own>> {
  /** Does all that the watermark allows. */
  const advance = (state: Ordered<Own>, watermark: number, ctx: Context<Ordered<Own>>) => {
    const { waiting } = state;
    let judged = 0;
    let due = dueAt(operator, state.own);
    for (;;) {
      const next = waiting[judged];
      const pressed = waiting.length - judged > waitingMax;
      if (due !== undefined && (!next || due < next[1].time) && (due <= watermark || pressed)) {
        state.at = Math.max(due, state.at ?? due);
        state.own = operator.due!(state.own!, due, ctx);
      } else if (next && (pressed || next[1].time - 1 <= watermark)) {
        judged++;
        state.at = next[1].time;
        judge(operator, state, next[1], next[0], ctx);
      } else break;
      due = dueAt(operator, state.own);
    }
    if (judged > 0) waiting.splice(0, judged);
    if (state.own === undefined && waiting.length === 0) {
      if (state.wakeAt !== undefined) ctx.cancelTimer("next");
      ctx.state = undefined;
      return;
    }
    const wakeAt = Math.min(waiting[0] ? waiting[0][1].time - 1 : never, due ?? never);
    if (wakeAt < (state.wakeAt ?? never)) {
      state.wakeAt = wakeAt;
      ctx.setTimer("next", wakeAt, "event");
    }
    ctx.state = state;
  };
  return {
    onMessage(message, port, ctx) {
      const state = ctx.state ?? { waiting: [] };
      if (state.at !== undefined && message.time < state.at) {
        if (operator.late) operator.late(message, port, ctx);
        else ctx.drop("late");
        return;
      }
      const { watermark } = ctx;
      const { waiting } = state;
      if (waiting.length === 0 && message.time - 1 <= watermark) {
        // The common case needs no queue. What was due before it is done: timers go before messages.
        state.at = message.time;
        judge(operator, state, message, port, ctx);
      } else {
        let index = waiting.length;
        while (index > 0 && waiting[index - 1]![1].time > message.time) index--;
        if (index === waiting.length) waiting.push([port, message]);
        else waiting.splice(index, 0, [port, message]);
        ctx.fill("messages waiting", waiting.length, waitingMax);
      }
      advance(state, watermark, ctx);
    },
    onTimer(_timer, ctx) {
      const { state } = ctx;
      if (!state) return;
      delete state.wakeAt;
      advance(state, ctx.watermark, ctx);
    },
  };
}

const never = Number.POSITIVE_INFINITY;

function dueAt<Own>(operator: OrderedOperator<Own>, own: Own | undefined): number | undefined {
  return own === undefined ? undefined : operator.dueAt?.(own);
}

function judge<Own>(
  operator: OrderedOperator<Own>,
  state: Ordered<Own>,
  message: Message,
  port: string,
  ctx: Context<Ordered<Own>>,
): void {
  try {
    state.own = operator.judge(state.own, message, port, ctx);
  } catch (cause) {
    // Those behind it wait for their turn, and the timer for its setting: one bad message must not stop them.
    if (!(cause instanceof ExpressionError)) throw cause;
    ctx.fail(cause.code as ErrorCode, cause.message, message);
  }
}
