/**
 * One result per message, over the time up to it: a message at t has the window (t - size, t], which is
 * [t - size + 1, t + 1). Messages of a key are judged in order of event time.
 *
 * Slices are single milliseconds, shared by all windows. A key with more than {@link slicesMax} of them within the length
 * keeps neighbours together, twice as many each time: then the older edge of the window is that coarse, at most
 * a 250th of the length.
 */
import type { Message } from "../message.ts";
import type { Context, Operator, Timer } from "../operator.ts";
import { floorTo } from "../time/align.ts";
import type { WindowJob } from "./job.ts";
import { addAt, coarsen, forget, noSlices, type Slices, slide } from "./slices.ts";
import { isTurn, type WaitingMessage, wait } from "./waiting.ts";

export const slicesMax = 1_000;
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
    const state = ctx.state ?? emptyState();
    const { time } = message;
    const late = time <= ctx.watermark - this.sizeMs || (state.newest !== undefined && time < state.newest);
    if (late) {
      ctx.drop("late");
      ctx.emit("late", message);
      return;
    }
    wait(state.waiting, { message, values, resets: false }, ctx);
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
    // One more length: a message that is just not too late looks that far back.
    const due = first ? first.message.time - 1 : state.newest! + 2 * this.sizeMs;
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
    while (state.starts.length > slicesMax) {
      state.unitMs *= 2;
      if (worthIt(state)) coarsen(state, (start) => floorTo(start, state.unitMs), aggregation);
    }
    addAt(state, floorTo(time, state.unitMs), values!, time, aggregation);
    state.newest = time;
    const part = slide(state, from, time + 1, aggregation);
    this.job.report(ctx, message, part, { start: from, end: time + 1 }, "final");
  }
}

/** Every field by name: what is spread would lie outside the object. */
function emptyState(): SlidingState {
  const { starts, counts, partials, closed, folded } = noSlices();
  return { starts, counts, partials, closed, folded, unitMs: 1, waiting: [], timer: never };
}

/** Would slices of this unit be half as many? */
function worthIt({ starts, unitMs }: SlidingState): boolean {
  let count = 0;
  let last = Number.NaN;
  for (const start of starts) {
    const aligned = floorTo(start, unitMs);
    if (aligned !== last) count++;
    last = aligned;
  }
  return count <= slicesMax / 2;
}
