/**
 * One result per message, over the time up to it: a message at t has the window (t - size, t], which is
 * [t - size + 1, t + 1). Messages of a key are judged in order of event time.
 *
 * Slices are single milliseconds, shared by all windows. A key with more than {@link slicesMax} of them within the length
 * keeps neighbours together, twice as many each time: then the older edge of the window is that coarse, at most
 * a 2,500th of the length.
 */
import type { Message } from "../message.ts";
import type { Context, Operator, Timer } from "../operator.ts";
import { floorTo } from "../time/align.ts";
import type { Aggregation } from "./aggregation.ts";
import type { WindowJob } from "./job.ts";
import { forget, noSlices, restart, type Slice, type Slices, sliceAt, slide } from "./slices.ts";
import { isTurn, type WaitingMessage, wait } from "./waiting.ts";

export const slicesMax = 5_000;
const never = Number.MAX_SAFE_INTEGER;

export interface SlidingState extends Slices {
  /** Length of a slice, ms. */
  unitMs: number;
  /** Event time of the newest judged message. */
  newest?: number;
  waiting: WaitingMessage[];
  /** When the timer is set; it may come before anything is due. */
  timer: number;
}

type SlidingContext = Context<SlidingState>;

export class SlidingWindows implements Operator<SlidingState> {
  private readonly job: WindowJob;
  private readonly sizeMs: number;

  constructor(job: WindowJob, sizeMs: number) {
    this.job = job;
    this.sizeMs = sizeMs;
  }

  onMessage(message: Message, _port: string, ctx: SlidingContext): void {
    const values = this.job.read(message, ctx);
    if (!values) return;
    const state = ctx.state ?? { ...noSlices(), unitMs: 1, waiting: [], timer: never };
    const late =
      state.newest === undefined ? message.time <= ctx.watermark - this.sizeMs : message.time < state.newest;
    if (late) {
      ctx.drop("late");
      ctx.emit("late", message);
      return;
    }
    wait(state.waiting, { message, values, resets: false });
    this.advance(state, ctx.watermark, ctx);
  }

  onTimer({ at }: Timer, ctx: SlidingContext): void {
    const { state } = ctx;
    if (!state) return;
    state.timer = never;
    this.advance(state, at, ctx);
  }

  private advance(state: SlidingState, watermark: number, ctx: SlidingContext): void {
    while (isTurn(state.waiting, watermark)) this.judge(state, state.waiting.shift()!, ctx);
    const [first] = state.waiting;
    const due = first ? first.message.time - 1 : state.newest! + this.sizeMs;
    if (!first && due <= watermark) {
      ctx.state = undefined;
      ctx.cancelTimer("window");
      return;
    }
    if (due < state.timer) {
      state.timer = due;
      ctx.setTimer("window", due, "event");
    }
    ctx.state = state;
  }

  private judge(state: SlidingState, { message, values }: WaitingMessage, ctx: SlidingContext): void {
    const { aggregation } = this.job;
    const { time } = message;
    const from = time - this.sizeMs + 1;
    forget(state, from);
    if (state.slices.length > slicesMax) coarsen(state, aggregation);
    const slice = sliceAt(state, floorTo(time, state.unitMs));
    aggregation.add(slice, values!, time);
    state.newest = time;
    // The newest slice still changes: it stays out of the shared fold.
    const closed = slide(state, from, slice.start, aggregation);
    const part = aggregation.merge(closed, slice);
    this.job.report(ctx, message, part, { start: from, end: time + 1 }, "final");
  }
}

/** Doubles the length of the slices until there are half as many. */
function coarsen(state: SlidingState, aggregation: Aggregation): void {
  while (state.slices.length > slicesMax / 2) {
    state.unitMs *= 2;
    const merged: Slice[] = [];
    for (const slice of state.slices) {
      const start = floorTo(slice.start, state.unitMs);
      const last = merged.at(-1);
      if (last?.start === start) merged[merged.length - 1] = { ...aggregation.merge(last, slice)!, start };
      else merged.push({ ...slice, start });
    }
    state.slices = merged;
  }
  restart(state);
}
