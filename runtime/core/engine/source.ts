/**
 * One subscription of one node: turns MQTT inputs into messages with key and event time, and says how far event time
 * has come (Flink's bounded out-of-orderness: watermark = newest time - maxDelay - 1, never going back).
 */
import { type CompiledExpression, type EvaluationEnv, ExpressionError } from "../expression/expression.ts";
import { type Message, noParams } from "../message.ts";
import type { PlanSubscription } from "../plan/compile.ts";
import { topicLevels } from "../topic/template.ts";
import { type Decoder, PayloadError } from "./decode.ts";
import { eventTime } from "./eventTime.ts";

export interface SourceState {
  /** Newest event time seen, ms; undefined before the first message. */
  newest: number | undefined;
  /** Processing time of the last message, or of the start, ms. */
  heardAt: number;
  /** How far the watermark has followed the clock while it was silent; it does not go back when it speaks again. */
  followed?: number;
}

export class Source {
  readonly subscription: PlanSubscription;
  readonly state: SourceState;
  /** No message with a time at or below this is expected any more; -Infinity before the first. */
  watermark = Number.NEGATIVE_INFINITY;
  private readonly levels: readonly { name: string; index: number }[];

  constructor(subscription: PlanSubscription, now: number, remembered?: SourceState) {
    this.subscription = subscription;
    this.state = remembered ?? { newest: undefined, heardAt: now };
    this.levels = topicLevels(subscription.topic);
    if (subscription.time.from === "expression" && this.state.newest !== undefined) {
      const { newest, followed = Number.NEGATIVE_INFINITY } = this.state;
      this.watermark = Math.max(newest - subscription.time.maxDelayMs - 1, followed);
    }
  }

  get followsArrival(): boolean {
    return this.subscription.time.from === "arrival";
  }

  /** An idle source on "hold" does not keep others back; neither does one that never spoke. Idle is longer than the time-out (Flink). */
  isIdle(now: number): boolean {
    const { time } = this.subscription;
    if (time.from === "arrival") return false;
    return (
      now - this.state.heardAt > time.idleAfterMs &&
      (time.whenIdle === "hold" || this.state.newest === undefined)
    );
  }

  /**
   * Lets time pass. Arrival time is the clock itself. An idle source follows the clock at its pace, starting from the
   * newest event it knows: right for devices whose clock is off, and for recorded data.
   */
  tick(now: number): void {
    const { time } = this.subscription;
    if (time.from === "arrival") {
      this.watermark = now - 1;
      return;
    }
    const { newest, heardAt } = this.state;
    if (time.whenIdle === "hold" || newest === undefined || now - heardAt <= time.idleAfterMs) return;
    const followed = newest + (now - heardAt) - time.maxDelayMs - 1;
    if (followed <= this.watermark) return;
    this.watermark = followed;
    this.state.followed = followed;
  }

  params(topic: string): Readonly<Record<string, string>> {
    if (this.levels.length === 0) return noParams;
    const names = topic.split("/");
    return Object.freeze(Object.fromEntries(this.levels.map(({ name, index }) => [name, names[index]!])));
  }

  /** The key when no expression gives one: the first named level, else the whole topic. */
  defaultKey(topic: string): string {
    const first = this.levels[0];
    return first ? topic.split("/")[first.index]! : topic;
  }

  /** @throws PayloadError for bad data */
  read(
    decoder: Decoder,
    topic: string,
    params: Message["params"],
    defaultKey: string,
    env: EvaluationEnv,
    id: string,
  ): Message {
    const { now } = env;
    const { format, keyExpression, timeExpression, time: rule } = this.subscription;
    const payload = decoder.read(format);
    const arrived: Message = { topic, payload, key: defaultKey, time: now, params, id };
    if (!keyExpression && !timeExpression) return arrived;
    const aheadMaxMs = (rule.from === "expression" ? rule.aheadMaxMs : undefined) ?? Number.POSITIVE_INFINITY;
    const time = timeExpression
      ? eventTime(evaluate(timeExpression, arrived, env, "PAYLOAD_NO_TIME"), now, aheadMaxMs)
      : now;
    const key = keyExpression ? keyOf(evaluate(keyExpression, arrived, env, "PAYLOAD_NO_KEY")) : defaultKey;
    return { topic, payload, key, time, params, id };
  }

  /** Moves event time on for a message about to be delivered. */
  observe(time: number, now: number): void {
    const rule = this.subscription.time;
    if (rule.from === "arrival") return;
    const { state } = this;
    state.heardAt = now;
    if (state.newest !== undefined && time <= state.newest) return;
    state.newest = time;
    this.watermark = Math.max(this.watermark, time - rule.maxDelayMs - 1);
  }
}

function evaluate(
  expression: CompiledExpression,
  message: Message,
  env: EvaluationEnv,
  code: "PAYLOAD_NO_TIME" | "PAYLOAD_NO_KEY",
): unknown {
  try {
    return expression.evaluate(message, env);
  } catch (cause) {
    if (cause instanceof ExpressionError) throw new PayloadError(code, cause.message);
    throw cause;
  }
}

function keyOf(value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const shown = JSON.stringify(value) ?? "nothing";
  throw new PayloadError("PAYLOAD_NO_KEY", `The key is ${shown.slice(0, 80)}: expected a text or number.`);
}
