import type { Segment, Segments } from "./segments.ts";

export interface Retention {
  /** Clock of the last batch. */
  readonly nowMs: number;
  readonly ageMsMax: number;
  readonly sizeBytesMax: number;
  /** What is at or behind this position is given up only when there are too many bytes. */
  readonly keepFrom: number;
  /** What is at or behind this position stays. */
  readonly neverFrom: number;
  /** Everything before this position is on disk for good. */
  readonly synced: number;
  readonly notice: (text: string) => void;
}

/** Takes the segments away that are not to be kept; the newest always stays. @returns those whose files may go */
export function trim(segments: Segments, retention: Retention): readonly Segment[] {
  const { nowMs, ageMsMax, sizeBytesMax, keepFrom, neverFrom, synced, notice } = retention;
  let totalBytes = segments.list.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  const removed: Segment[] = [];
  while (segments.list.length > 1) {
    const [oldest, ...younger] = segments.list as [Segment, Segment, ...Segment[]];
    // Clocks that were ahead make old segments look young: none is younger than those behind it.
    const endedMs = Math.min(...younger.map((each) => each.nowMs));
    const isTooMuch = totalBytes > sizeBytesMax;
    if (!isTooMuch && nowMs - endedMs <= ageMsMax) break;
    const end = younger[0]!.follows;
    // What is being written again may be in here alone.
    if (end > neverFrom || younger.some(({ adopts }) => adopts > synced)) break;
    if (end > keepFrom) {
      if (!isTooMuch) break;
      notice(
        `the journal has reached its bound of ${sizeBytesMax} bytes: positions ${oldest.first} to ${end - 1} were given up, though a paused flow has not seen all of them`,
      );
    }
    totalBytes -= oldest.lengthBytes;
    removed.push(oldest);
    segments.removeOldest();
  }
  return removed;
}
