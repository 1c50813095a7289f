/** What every kind of window needs of its node: how to read a message, what to keep of it, how to report. */
import type { Message } from "../message.ts";
import type { Context } from "../operator.ts";
import type { Aggregation, Part } from "./aggregation.ts";
import type { Span } from "./assigners.ts";

/** What of a context does not depend on the state. */
export type WindowContext = Omit<Context, "state">;

/** The first result of a window that has ended, one sent before its end, or one that replaces a final one. */
export type Mark = "final" | "early" | "corrected";

export interface WindowJob {
  readonly aggregation: Aggregation;
  /**
   * One value per aggregate; undefined when one is unusable, which has then been reported.
   * @param optional do not report it
   */
  read(message: Message, ctx: WindowContext, optional?: boolean): readonly unknown[] | undefined;
  /**
   * Sends a result, unless the part is empty.
   * @param origin the newest message: results take its topic and named levels
   * @param time event time of the result; default the last millisecond of the window
   */
  report(
    ctx: WindowContext,
    origin: Message,
    part: Part | undefined,
    span: Span,
    mark: Mark,
    time?: number,
  ): void;
}

/** When a window reports besides its end, and what. */
export interface Updates {
  /** Also whenever event time passes a multiple of this, ms. */
  readonly everyMs?: number;
  /** Also after this many messages since the last report. */
  readonly afterMessages?: number;
  /** Report only what is new since the last report. */
  readonly discarding: boolean;
}

/** Windows, slices or waiting messages of one key. Beyond, times are so scattered that something is wrong with them. */
export const windowsPerKeyMax = 20_000;
