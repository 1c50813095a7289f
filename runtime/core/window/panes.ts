/**
 * Windows that share nothing: tumbling and calendar windows, and sessions, which merge. Flink's WindowOperator: a message
 * is assigned a window (which may merge with others), is late when that ended longer ago than the allowed lateness,
 * counts in it, and fires it at once when it has ended. The event timer at end - 1 fires it, the one at
 * end - 1 + lateness forgets it.
 *
 * Sessions with a maximum length keep what the watermark has not reached apart by time, and are cut once nothing can come
 * before the cut: where that is does not depend on the order of arrival.
 */
import { derive, type Message } from "../message.ts";
import type { Context, Operator, Timer } from "../operator.ts";
import { floorTo } from "../time/align.ts";
import type { Part } from "./aggregation.ts";
import type { Assigner, Span } from "./assigners.ts";
import { type Updates, type WindowJob, windowsPerKeyMax } from "./job.ts";
import { firstFrom } from "./slices.ts";

export interface PaneRules {
  readonly assign: Assigner;
  /** Windows that overlap or touch become one. */
  readonly merging: boolean;
  /** Longest window when merging, ms. */
  readonly lengthMaxMs?: number;
  readonly latenessMs: number;
  readonly updates: Updates;
}

export interface PaneState {
  /** The newest message of the key, without payload. */
  origin: Message;
  /** Ascending by start. */
  panes: Pane[];
  /** When the timer is set; it may come before anything is due. */
  timer: number;
}

interface Slice extends Part {
  readonly start: number;
}

interface Pane {
  start: number;
  end: number;
  /** What it reports: one slice; or several by time where the window may yet be cut between them. */
  slices: Slice[];
  /** Messages since its last report. */
  fresh: number;
  /** It is to fire when the watermark reaches its end. */
  pending: boolean;
  /** A final result was sent. */
  fired: boolean;
  /** It was cut at its maximum length: it merges with nothing. */
  cut: boolean;
  /** When to send the next early result. */
  next?: number;
}

type PaneContext = Context<PaneState>;

export class PaneWindows implements Operator<PaneState> {
  private readonly job: WindowJob;
  private readonly rules: PaneRules;
  private readonly lengthMaxMs: number;

  constructor(job: WindowJob, rules: PaneRules) {
    this.job = job;
    this.rules = rules;
    this.lengthMaxMs = rules.lengthMaxMs ?? Number.POSITIVE_INFINITY;
  }

  onMessage(message: Message, _port: string, ctx: PaneContext): void {
    const values = this.job.read(message, ctx);
    if (!values) return;
    const state = ctx.state ?? { origin: message, panes: [], timer: Number.MAX_SAFE_INTEGER };
    const pane = this.paneFor(state, message, ctx);
    if (!pane) return;
    const { time } = message;
    const { watermark } = ctx;
    const { everyMs, afterMessages } = this.rules.updates;
    if (time >= state.origin.time) state.origin = derive(message, null);
    this.job.aggregation.add(this.sliceFor(pane, time, watermark), values, time);
    pane.fresh++;
    // While it only grows, a pending window is due no earlier than before.
    let sooner = !pane.pending || this.rules.lengthMaxMs !== undefined;
    pane.pending = true;
    if (everyMs && (pane.next === undefined || pane.next <= watermark)) {
      pane.next = floorTo(Math.max(time, watermark), everyMs) + everyMs;
      sooner = true;
    }
    if (this.endOf(pane) - 1 <= watermark) {
      this.finish(state, pane, ctx);
      return this.settle(state, ctx);
    }
    if (afterMessages && pane.fresh >= afterMessages) this.report(state, pane, "early", ctx);
    // A timer that comes too early only looks again; moving it with every message would cost more.
    const due = sooner ? this.dueAt(pane) : state.timer;
    if (due < state.timer) {
      state.timer = due;
      ctx.setTimer("window", due, "event");
    }
    ctx.state = state;
  }

  onTimer({ at }: Timer, ctx: PaneContext): void {
    const { state } = ctx;
    if (!state) return;
    const { everyMs } = this.rules.updates;
    // Not for…of: a cut adds a window behind the one that is cut.
    for (let index = 0; index < state.panes.length; index++) {
      const pane = state.panes[index]!;
      if (!pane.pending) continue;
      if (this.endOf(pane) - 1 <= at) this.finish(state, pane, ctx);
      else if (everyMs && pane.next! <= at) {
        this.report(state, pane, "early", ctx);
        pane.next = floorTo(at, everyMs) + everyMs;
      }
    }
    state.panes = state.panes.filter((pane) => pane.pending || pane.end - 1 + this.rules.latenessMs > at);
    this.settle(state, ctx);
  }

  /** The window a message counts in; undefined: it is too late, or there are too many. */
  private paneFor(state: PaneState, message: Message, ctx: PaneContext): Pane | undefined {
    const { time } = message;
    const span = this.rules.assign(time);
    const newest = state.panes.at(-1);
    if (newest && isInside(newest, time) && newest.end - 1 > ctx.watermark) {
      // Nearly always: the message is of the newest window.
      if (this.rules.merging && span.end > newest.end) newest.end = span.end;
      return newest;
    }
    const found = state.panes.filter((pane) => belongs(pane, time, span, this.rules.merging));
    const cut = found.find((pane) => pane.cut);
    const end = cut?.end ?? Math.max(span.end, found.at(-1)?.end ?? span.end);
    if (end - 1 + this.rules.latenessMs <= ctx.watermark) {
      ctx.drop("late");
      ctx.emit("late", message);
      return undefined;
    }
    if (cut) return cut;
    const [first, ...others] = found;
    if (first) {
      first.start = Math.min(first.start, span.start);
      first.end = end;
      for (const other of others) this.absorb(state, first, other);
      return first;
    }
    ctx.fill("open windows", state.panes.length, windowsPerKeyMax);
    if (state.panes.length >= windowsPerKeyMax) {
      const text = `Counting a message of ${time}: the key has ${windowsPerKeyMax} open windows already.`;
      ctx.fail("STATE_FULL", text, message);
      return undefined;
    }
    // Every field by name: V8 keeps what is spread outside the object, which halves the speed.
    const pane = {
      start: span.start,
      end: span.end,
      slices: [],
      fresh: 0,
      pending: false,
      fired: false,
      cut: false,
    };
    state.panes.splice(firstFrom(state.panes, span.start), 0, pane);
    return pane;
  }

  private absorb(state: PaneState, pane: Pane, other: Pane): void {
    if (this.rules.lengthMaxMs !== undefined) {
      pane.slices = [...pane.slices, ...other.slices].sort((a, b) => a.start - b.start);
    } else {
      const both = this.job.aggregation.merge(pane.slices[0], other.slices[0]);
      pane.slices = both ? [{ ...both, start: pane.start }] : [];
    }
    pane.fresh += other.fresh;
    pane.pending ||= other.pending;
    pane.fired ||= other.fired;
    if (other.next !== undefined) pane.next = Math.min(pane.next ?? other.next, other.next);
    state.panes.splice(state.panes.indexOf(other), 1);
  }

  /** Where a message counts inside its window. */
  private sliceFor(pane: Pane, time: number, watermark: number): Slice {
    const { slices } = pane;
    if (this.rules.lengthMaxMs === undefined) {
      slices[0] ??= { start: pane.start, count: 0, partials: [] };
      return slices[0];
    }
    // Slices that nothing can come between any more become one.
    const settled = Math.min(watermark, pane.start + this.lengthMaxMs - 1);
    while (slices.length > 1 && slices[1]!.start <= settled) {
      const { count, partials } = this.job.aggregation.merge(slices[0], slices[1])!;
      slices[1] = { start: slices[0]!.start, count, partials };
      slices.shift();
    }
    const index = firstFrom(slices, time);
    if (slices[index]?.start !== time) slices.splice(index, 0, { start: time, count: 0, partials: [] });
    return slices[index]!;
  }

  /** Sends the result of a window that has ended. */
  private finish(state: PaneState, pane: Pane, ctx: PaneContext): void {
    if (pane.end > this.endOf(pane)) this.cut(state, pane);
    this.report(state, pane, pane.fired ? "corrected" : "final", ctx);
    pane.pending = false;
    pane.fired = true;
  }

  /** Ends a window at its maximum length; what lies beyond becomes the next. */
  private cut(state: PaneState, pane: Pane): void {
    const end = this.endOf(pane);
    const beyond = pane.slices.splice(firstFrom(pane.slices, end));
    if (beyond.length > 0) {
      const fresh = Math.min(
        pane.fresh,
        beyond.reduce((sum, { count }) => sum + count, 0),
      );
      const rest = { ...pane, start: beyond[0]!.start, slices: beyond, fresh, fired: false };
      state.panes.splice(state.panes.indexOf(pane) + 1, 0, rest);
    }
    pane.end = end;
    pane.cut = true;
  }

  private report(
    state: PaneState,
    pane: Pane,
    mark: "early" | "final" | "corrected",
    ctx: PaneContext,
  ): void {
    const { aggregation } = this.job;
    const part = pane.slices.reduce<Part | undefined>(
      (fold, each) => aggregation.merge(fold, each),
      undefined,
    );
    this.job.report(ctx, state.origin, part, { start: pane.start, end: pane.end }, mark);
    pane.fresh = 0;
    if (this.rules.updates.discarding) pane.slices = [];
  }

  private settle(state: PaneState, ctx: PaneContext): void {
    if (state.panes.length === 0) {
      ctx.state = undefined;
      ctx.cancelTimer("window");
      return;
    }
    state.timer = state.panes.reduce(
      (least, pane) => Math.min(least, this.dueAt(pane)),
      Number.MAX_SAFE_INTEGER,
    );
    ctx.setTimer("window", state.timer, "event");
    ctx.state = state;
  }

  private endOf(pane: Pane): number {
    const { end } = pane;
    return this.rules.lengthMaxMs === undefined ? end : Math.min(end, pane.start + this.lengthMaxMs);
  }

  private dueAt(pane: Pane): number {
    if (!pane.pending) return pane.end - 1 + this.rules.latenessMs;
    return Math.min(this.endOf(pane) - 1, pane.next ?? Number.POSITIVE_INFINITY);
  }
}

function isInside({ start, end, cut }: Pane, time: number): boolean {
  return time >= start && time < end && !cut;
}

function belongs(pane: Pane, time: number, span: Span, merging: boolean): boolean {
  if (!merging) return pane.start === span.start;
  if (pane.cut) return pane.start <= time && time < pane.end;
  return pane.start <= span.end && span.start <= pane.end;
}
