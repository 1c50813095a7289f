/** Messages of one key that wait until the watermark excludes any that would come before them. */
import { derive, type Message } from "../message.ts";
import { type WindowContext, windowsPerKeyMax } from "./job.ts";

export interface WaitingMessage {
  /** Without payload. */
  readonly message: Message;
  readonly values: readonly unknown[] | null;
  readonly resets: boolean;
}

/** Sorts a message in: by event time, then by arrival. */
export function wait(waiting: WaitingMessage[], added: WaitingMessage, ctx: WindowContext): void {
  let index = waiting.length;
  while (index > 0 && waiting[index - 1]!.message.time > added.message.time) index--;
  const { message, values, resets } = added;
  const kept = { message: derive(message, null), values, resets };
  if (index === waiting.length) waiting.push(kept);
  else waiting.splice(index, 0, kept);
  ctx.fill("messages waiting", waiting.length, windowsPerKeyMax);
}

/** Is the first one's turn? When too many wait, it is: what then comes before it counts as late. */
export function isTurn(waiting: readonly WaitingMessage[], watermark: number): boolean {
  const first = waiting[0];
  return first !== undefined && (first.message.time - 1 <= watermark || waiting.length > windowsPerKeyMax);
}
