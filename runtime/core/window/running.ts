/**
 * Aggregates that do not end by time: over a number of messages (Flink's count windows), and over everything since a reset
 * (Flink's global window with a continuous or counting trigger).
 */
import { derive, type Message } from "../message.ts";
import type { Context, Operator, Timer } from "../operator.ts";
import { floorTo } from "../time/align.ts";
import { emptyPart, type Part } from "./aggregation.ts";
import type { Mark, Updates, WindowContext, WindowJob } from "./job.ts";
import { isTurn, type WaitingMessage, wait } from "./waiting.ts";

/** Messages so far, and the time they span. */
interface Run {
  /** The newest message, without payload. */
  origin: Message;
  start: number;
  part: Part;
}

/** A result per so many messages of a key, in order of arrival. An incomplete window sends nothing. */
export class CountWindows implements Operator<Run> {
  private readonly job: WindowJob;
  private readonly messages: number;

  constructor(job: WindowJob, messages: number) {
    this.job = job;
    this.messages = messages;
  }

  onMessage(message: Message, _port: string, ctx: Context<Run>): void {
    const values = this.job.read(message, ctx);
    if (!values) return;
    const run = ctx.state ?? newRun(message);
    addTo(run, message, values, this.job);
    if (run.part.count < this.messages) ctx.state = run;
    else {
      reportRun(this.job, run, "final", ctx);
      ctx.state = undefined;
    }
  }
}

export interface TotalState {
  run?: Run;
  /** Messages since the last result. */
  fresh: number;
  /** When to send the next result. */
  next?: number;
  /** Event time of the newest judged message, where order matters. */
  newest?: number;
  waiting: WaitingMessage[];
}

type TotalContext = Context<TotalState>;

/**
 * Everything since the key's first message or its last reset. Messages count as they arrive; where some of them
 * reset, in order of event time.
 */
export class RunningTotals implements Operator<TotalState> {
  private readonly job: WindowJob;
  private readonly updates: Updates;
  private readonly resets: ((message: Message, ctx: WindowContext) => boolean) | undefined;

  constructor(job: WindowJob, updates: Updates, resets?: (message: Message, ctx: WindowContext) => boolean) {
    this.job = job;
    this.updates = updates;
    this.resets = resets;
  }

  onMessage(message: Message, _port: string, ctx: TotalContext): void {
    const resets = this.resets?.(message, ctx) ?? false;
    const values = this.job.read(message, ctx, resets) ?? null;
    if (!values && !resets) return;
    const state = ctx.state ?? { fresh: 0, waiting: [] };
    if (!this.resets) this.judge(state, { message, values, resets }, ctx);
    else if (state.newest !== undefined && message.time < state.newest) {
      ctx.drop("late");
      ctx.emit("late", message);
      return;
    } else {
      wait(state.waiting, { message, values, resets }, ctx);
      this.advance(state, ctx.watermark, ctx);
    }
    ctx.state = state;
  }

  onTimer({ name, at }: Timer, ctx: TotalContext): void {
    const { state } = ctx;
    if (!state) return;
    if (name === "waiting") this.advance(state, at, ctx);
    else {
      this.report(state, "early", ctx, at);
      this.schedule(state, at, ctx);
    }
    ctx.state = state;
  }

  private advance(state: TotalState, watermark: number, ctx: TotalContext): void {
    while (isTurn(state.waiting, watermark)) {
      const first = state.waiting.shift()!;
      state.newest = first.message.time;
      this.judge(state, first, ctx);
    }
    if (state.waiting.length > 0) ctx.setTimer("waiting", state.waiting[0]!.message.time - 1, "event");
  }

  private judge(state: TotalState, { message, values, resets }: WaitingMessage, ctx: TotalContext): void {
    if (resets) {
      this.report(state, "final", ctx);
      delete state.run;
    }
    if (!values) return;
    state.run ??= newRun(message);
    addTo(state.run, message, values, this.job);
    state.fresh++;
    if (this.updates.everyMs && state.next === undefined) this.schedule(state, message.time, ctx);
    if (this.updates.afterMessages && state.fresh >= this.updates.afterMessages)
      this.report(state, "early", ctx);
  }

  private report(state: TotalState, mark: Mark, ctx: TotalContext, time?: number): void {
    if (state.run) reportRun(this.job, state.run, mark, ctx, time);
    state.fresh = 0;
    if (state.run && this.updates.discarding) state.run.part = emptyPart();
  }

  private schedule(state: TotalState, after: number, ctx: TotalContext): void {
    const everyMs = this.updates.everyMs!;
    state.next = floorTo(Math.max(after, ctx.now - updateAgeMsMax), everyMs) + everyMs;
    ctx.setTimer("update", state.next, "event");
  }
}

/**
 * Updates are made up for after a downtime, but not those of the years since a message with the clock of a device that starts in
 * 2000: they would be a million.
 */
const updateAgeMsMax = 86_400_000;

function newRun(message: Message): Run {
  return { origin: derive(message, null), start: message.time, part: emptyPart() };
}

function addTo(run: Run, message: Message, values: readonly unknown[], job: WindowJob): void {
  if (message.time >= run.origin.time) run.origin = derive(message, null);
  if (message.time < run.start) run.start = message.time;
  job.aggregation.add(run.part, values, message.time);
}

function reportRun(job: WindowJob, run: Run, mark: Mark, ctx: WindowContext, time?: number): void {
  job.report(ctx, run.origin, run.part, { start: run.start, end: run.origin.time + 1 }, mark, time);
}
