/**
 * Overlapping windows of one length, one every hop (Flink's sliding event-time windows). Each key keeps one partial
 * aggregate per slice of gcd(size, hop), shared by all windows that cover it: memory grows with slices, not with
 * messages or windows.
 */
import { derive, type Message } from "../message.ts";
import type { Context, Operator, Timer } from "../operator.ts";
import { floorTo, gcd } from "../time/align.ts";
import { type WindowJob, windowsPerKeyMax } from "./job.ts";
import { firstFrom, forget, noSlices, type Slices, sliceAt, slide } from "./slices.ts";

export interface HopRules {
  readonly sizeMs: number;
  readonly hopMs: number;
  /** Windows start at multiples of the hop plus this. */
  readonly offsetMs: number;
  readonly latenessMs: number;
  /** A correction carries only the late message. */
  readonly discarding: boolean;
}

export interface HopState extends Slices {
  /** The newest message of the key, without payload. */
  origin: Message;
  /** End of the next window to fire; absent when only corrections can come. */
  next?: number;
}

type HopContext = Context<HopState>;

export class HoppingWindows implements Operator<HopState> {
  private readonly job: WindowJob;
  private readonly rules: HopRules;
  private readonly sliceMs: number;

  constructor(job: WindowJob, rules: HopRules) {
    this.job = job;
    this.rules = rules;
    this.sliceMs = gcd(rules.sizeMs, rules.hopMs);
  }

  onMessage(message: Message, _port: string, ctx: HopContext): void {
    const { time } = message;
    const { latenessMs } = this.rules;
    const values = this.job.read(message, ctx);
    if (!values) return;
    if (this.lastEnd(time) - 1 + latenessMs <= ctx.watermark) {
      ctx.drop("late");
      ctx.emit("late", message);
      return;
    }
    const state = ctx.state ?? { origin: message, ...noSlices() };
    if (state.slices.length >= windowsPerKeyMax) {
      const text = `Counting a message of ${time}: the key keeps ${windowsPerKeyMax} slices of time already.`;
      ctx.fail("STATE_FULL", text, message);
      return;
    }
    if (time >= state.origin.time) state.origin = derive(message, null);
    const slice = sliceAt(state, this.align(time, this.sliceMs));
    this.job.aggregation.add(slice, values, time);
    if (latenessMs > 0) this.correct(state, time, values, ctx);
    if (slice.count > 1) ctx.state = state;
    else this.settle(state, ctx.watermark, ctx);
  }

  onTimer({ at }: Timer, ctx: HopContext): void {
    const { state } = ctx;
    if (!state) return;
    const { next } = state;
    if (next === at + 1) {
      const start = next - this.rules.sizeMs;
      const part = slide(state, start, next, this.job.aggregation);
      this.job.report(ctx, state.origin, part, { start, end: next }, "final");
    }
    this.settle(state, at, ctx);
  }

  /** Sends again what has been sent of windows that contain a late message. */
  private correct(state: HopState, time: number, values: readonly unknown[], ctx: HopContext): void {
    const { sizeMs, hopMs, latenessMs, discarding } = this.rules;
    const { aggregation } = this.job;
    // A fold of its own: the one in the state must go on from where it is.
    const fold = { ...noSlices(), slices: state.slices };
    for (let end = this.endAfter(time); end - 1 <= ctx.watermark && end <= this.lastEnd(time); end += hopMs) {
      if (end - 1 + latenessMs <= ctx.watermark) continue;
      const start = end - sizeMs;
      const whole = slide(fold, start, end, aggregation);
      const added = { count: 0, partials: [] };
      if (discarding) aggregation.add(added, values, time);
      const mark = whole?.count === 1 ? "final" : "corrected";
      this.job.report(ctx, state.origin, discarding ? added : whole, { start, end }, mark);
    }
  }

  /** Forgets what no window needs any more and sets the timer for what comes next. */
  private settle(state: HopState, watermark: number, ctx: HopContext): void {
    const { sizeMs, latenessMs } = this.rules;
    const needed = this.endAfter(watermark + 1 - latenessMs) - sizeMs;
    if (state.slices.at(-1)!.start < needed) {
      ctx.state = undefined;
      ctx.cancelTimer("window");
      return;
    }
    forget(state, needed);
    const end = this.endAfter(Math.max(watermark + 1, state.slices[0]!.start));
    const slice = state.slices[firstFrom(state.slices, end - sizeMs)];
    if (slice) {
      state.next = Math.max(end, this.endAfter(slice.start));
      ctx.setTimer("window", state.next - 1, "event");
    } else {
      delete state.next;
      ctx.setTimer("window", this.lastEnd(state.slices.at(-1)!.start) - 1 + latenessMs, "event");
    }
    ctx.state = state;
  }

  /** The earliest end of a window after a time, which is also the first window that contains the time. */
  private endAfter(time: number): number {
    const { sizeMs, hopMs } = this.rules;
    return this.align(time - sizeMs, hopMs) + hopMs + sizeMs;
  }

  /** The end of the last window that contains a time. */
  private lastEnd(time: number): number {
    return this.align(time, this.rules.hopMs) + this.rules.sizeMs;
  }

  private align(time: number, unitMs: number): number {
    const { offsetMs } = this.rules;
    return floorTo(time - offsetMs, unitMs) + offsetMs;
  }
}
