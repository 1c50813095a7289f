/** Lets messages wait until nothing older is expected, and leave by their own time. */
import type { Message } from "../message.ts";
import type { Context, Operator } from "../operator.ts";

/** State of one key. */
export interface Sorted {
  /** By time; equal times in order of arrival. */
  readonly waiting: Message[];
  /** Time of the newest message that has left. */
  left?: number;
}

export interface Sorting {
  /** How long to wait beyond what the source asks for, ms. */
  readonly longerMs: number;
  /** With more waiting for a key, the first of them leaves at once. */
  readonly holdMax: number;
}

/**
 * An operator with the ports `out` and `late`: what comes when something newer has left already is late, and counted as dropped.
 * The gauge `waiting` says how many wait.
 */
export function sorting({ longerMs, holdMax }: Sorting): Operator<Sorted> {
  const advance = (state: Sorted, ctx: Context<Sorted>) => {
    const { waiting } = state;
    let count = 0;
    while (
      count < waiting.length &&
      (waiting[count]!.time - 1 + longerMs <= ctx.watermark || waiting.length - count > holdMax)
    ) {
      count++;
    }
    const leaving = waiting.splice(0, count);
    state.left = leaving.at(-1)?.time ?? state.left!;
    if (count > 0) ctx.gauge("waiting", -count);
    if (waiting.length > 0) ctx.setTimer("next", waiting[0]!.time - 1 + longerMs, "event");
    else ctx.cancelTimer("next");
    ctx.state = state;
    for (const each of leaving) ctx.emit("out", each);
  };
  return {
    onMessage(message, _port, ctx) {
      const state = ctx.state ?? { waiting: [] };
      if (state.left !== undefined && message.time < state.left) {
        ctx.drop("late");
        ctx.emit("late", message);
        return;
      }
      const { waiting } = state;
      let index = waiting.length;
      while (index > 0 && waiting[index - 1]!.time > message.time) index--;
      waiting.splice(index, 0, message);
      ctx.gauge("waiting", 1);
      ctx.fill("messages waiting", waiting.length, holdMax);
      advance(state, ctx);
    },
    onTimer(_timer, ctx) {
      if (ctx.state) advance(ctx.state, ctx);
    },
  };
}
