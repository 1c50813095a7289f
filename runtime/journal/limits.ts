/** Bounds of the journal, each with its reason. */
export const limits = {
  /** Retention goes by whole segments: some dozens within the usual bound on size, and a second of reading each. */
  segmentBytesMax: 64 * 1024 * 1024,
  /** With a small bound on size, segments are smaller, so that there is something to give away. */
  segmentsWithinSize: 8,
  /**
   * Names are remembered for this long, and reading can begin at any such block. Larger blocks would save next to nothing
   * more, and cost more to look through.
   */
  blockBytes: 1024 * 1024,
  /** At least so many blocks, also in a small segment. */
  blocksPerSegment: 8,
  /** Read at a time: large enough that the calls do not count, small enough to be garbage soon. */
  readBytes: 1024 * 1024,
  /** Groups begin small: most stay so. */
  groupFirstBytes: 16 * 1024,
  /** A group that has reached this is full. Buffers that had to be larger, for larger inputs, are not kept. */
  groupBytes: 1024 * 1024,
  /** Buffers kept to be used again: one being written, one that gathers, some for a slow disk. */
  buffersKept: 8,
  /** Mode `interval`: written and not synced, kept to be written again should the sync fail. */
  unsyncedBytesMax: 16 * 1024 * 1024,
  /** Mode `interval`: what a power cut can cost. */
  syncEveryMs: 1000,
  /** A disk that is full has room again when somebody makes some. */
  retryMs: 1000,
  /** Answers of a topic filter remembered while reading. */
  topicsRemembered: 10_000,
} as const;
