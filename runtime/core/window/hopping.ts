/**
 * Overlapping windows of one length, one every hop (Flink's sliding event-time windows). Each key keeps one partial
 * aggregate per slice of gcd(size, hop), shared by all windows that cover it: memory grows with slices, not with
 * messages or windows. With an allowed lateness it keeps them twice, since folds of windows to come cannot correct past ones.
 */
import { derive, type Message } from "../message.ts";
import type { Context, Operator, Timer } from "../operator.ts";
import { floorTo, gcd } from "../time/align.ts";
import { type WindowJob, windowsPerKeyMax } from "./job.ts";
import { addAt, copyFrom, firstAt, forget, noSlices, type Slices, slide } from "./slices.ts";

export interface HopRules {
  readonly sizeMs: number;
  readonly hopMs: number;
  /** Windows start at multiples of the hop plus this. */
  readonly offsetMs: number;
  readonly latenessMs: number;
  /** A correction carries only the late message. */
  readonly discarding: boolean;
}

export interface HopState {
  /** For the windows to come. */
  readonly fold: Slices;
  /** For corrections: never folded. */
  readonly all?: Slices;
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
    const state = ctx.state ?? this.newState(message);
    const kept = (state.all ?? state.fold).starts;
    ctx.fill("slices of windows", kept.length, windowsPerKeyMax);
    if (kept.length >= windowsPerKeyMax) {
      const text = `Counting a message of ${time}: the key keeps ${windowsPerKeyMax} slices of time already.`;
      ctx.fail("STATE_FULL", text, message);
      return;
    }
    if (time >= state.origin.time) state.origin = derive(message, null);
    const before = kept.length;
    const start = this.align(time, this.sliceMs);
    if (state.all) addAt(state.all, start, values, time, this.job.aggregation);
    addAt(state.fold, start, values, time, this.job.aggregation);
    if (state.all) this.correct(state, state.all, time, values, ctx);
    if (kept.length === before) ctx.state = state;
    else this.settle(state, ctx.watermark, ctx);
  }

  onTimer({ at }: Timer, ctx: HopContext): void {
    const { state } = ctx;
    if (!state) return;
    const { next } = state;
    if (next === at + 1) {
      const start = next - this.rules.sizeMs;
      const part = slide(state.fold, start, next, this.job.aggregation);
      this.job.report(ctx, state.origin, part, { start, end: next }, "final");
    }
    this.settle(state, at, ctx);
  }

  /** Sends again what has been sent of windows that contain a late message. */
  private correct(
    state: HopState,
    all: Slices,
    time: number,
    values: readonly unknown[],
    ctx: HopContext,
  ): void {
    const { sizeMs, hopMs, latenessMs, discarding } = this.rules;
    const { aggregation } = this.job;
    let end = this.endAfter(time);
    if (end - 1 > ctx.watermark) return;
    const fold = copyFrom(all, end - sizeMs);
    for (; end - 1 <= ctx.watermark && end <= this.lastEnd(time); end += hopMs) {
      if (end - 1 + latenessMs <= ctx.watermark) continue;
      const start = end - sizeMs;
      const whole = slide(fold, start, end, aggregation);
      const mark = whole?.count === 1 ? "final" : "corrected";
      const part = discarding ? aggregation.part(values, time) : whole;
      this.job.report(ctx, state.origin, part, { start, end }, mark);
    }
  }

  /** Forgets what no window needs any more and sets the timer for what comes next. */
  private settle(state: HopState, watermark: number, ctx: HopContext): void {
    const { sizeMs, latenessMs } = this.rules;
    const { fold, all = fold } = state;
    const neededFrom = (time: number) => this.endAfter(time + 1) - sizeMs;
    if (all.starts.at(-1)! < neededFrom(watermark - latenessMs)) {
      ctx.state = undefined;
      ctx.cancelTimer("window");
      return;
    }
    forget(all, neededFrom(watermark - latenessMs));
    if (all !== fold) forget(fold, neededFrom(watermark));
    const { starts } = all;
    const end = this.endAfter(Math.max(watermark + 1, starts[0]!));
    const start = starts[firstAt(starts, end - sizeMs)];
    if (start !== undefined) {
      state.next = Math.max(end, this.endAfter(start));
      ctx.setTimer("window", state.next - 1, "event");
    } else {
      delete state.next;
      ctx.setTimer("window", this.lastEnd(starts.at(-1)!) - 1 + latenessMs, "event");
    }
    ctx.state = state;
  }

  private newState(message: Message): HopState {
    const state = { origin: message, fold: noSlices() };
    return this.rules.latenessMs > 0 ? { ...state, all: noSlices() } : state;
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
