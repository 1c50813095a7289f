/** Bounds and paces of the data plane, each with its reason. */
export const limits = {
  /** Inputs under one stamp of the clock: under a ms of work. Larger batches gain nothing, and their inputs survive the
   * garbage collector's cheap generation, which costs a quarter of the throughput. */
  batchInputsMax: 256,
  /** Event time follows the wall clock at least this often; people cannot tell it from continuous. */
  tickMs: 100,
  /** What a restart replays, and what a crash costs without a journal. */
  checkpointMs: 1000,
  /**
   * Positions left out after a restart without a journal. Nobody knows how many were given out after the last checkpoint,
   * and ids of messages and dead letters must not come twice: this is some seconds at a million inputs per second.
   */
  positionsSkipped: 10_000_000,
  /** As many effects settled do not wait for the next tick: some 100 kB of journal. */
  settledPerBatchMax: 4096,
  /** Received and not on disk: a tenth of a second of the fastest disk, and no burden to memory. */
  congestedBytes: 32 * 1024 * 1024,
  relievedBytes: 8 * 1024 * 1024,
  /** Inputs a flow that catches up takes between two live batches: a millisecond or two. */
  catchUpInputs: 1024,
  /** A stop waits this long for a disk that does not answer; a restart then has more to replay. */
  lastCommitMs: 3000,
  /** A stop waits this long for brokers that do not answer; what they have not confirmed is published again. */
  lastPublishMs: 4000,
  /** Telemetry at 4 Hz reads as live, and costs the stream nothing. */
  telemetryMs: 250,
  statusMs: 1000,
  /** Rates are averaged over this long: calm to look at, quick to show that something stopped. */
  rateOverMs: 5000,
  /** Larger samples are shown by their size: 1,000 cards of them would be a stream of their own. */
  samplePayloadBytesMax: 4096,
  /** Debug lines per flow and flush; a person reads a few per second. */
  debugPerFlushMax: 50,
  /** Dead letters handed over per flush; a flood beyond it is counted, not kept. */
  deadLettersPerFlushMax: 1000,
  /** Filters peeked at together, over all editors; those beyond show no preview. */
  peekFiltersMax: 256,
  /** Topics shown per peeked filter, the first that speak: enough to see a rule work, whatever the filter matches. */
  peekTopicsPerFilterMax: 50,
  /** Larger payloads are files; nobody draws rules on them. */
  peekPayloadBytesMax: 64 * 1024,
  /** Peeked messages are handed over at least this far apart: twice a second reads as live. */
  peekMs: 500,
  /** The first message after a silence waits this long for those that come with it, such as retained ones. */
  peekFirstMs: 20,
  /** Per handover, and their payloads together; what is left goes with the next. */
  peekMessagesMax: 100,
  peekBytesMax: 256 * 1024,
  /** More messages than this between two handovers are a flood: the peek lets go of the broker and rests. */
  peekFloodMessages: 2_000,
  peekRestMs: 5_000,
  /** The first wait before a crashed worker is started again; doubles up to the longest. */
  restartFirstMs: 500,
  restartLongestMs: 30_000,
  /** Signs of life are looked for this often; work and waiting both give several. */
  checkMs: 1000,
  /** As many checks without one are a hang: the slowest disk has answered, and no expression runs that long. */
  silentChecksMax: 15,
  /** More than V8 manages well, and four million keys of the usual size. */
  memoryMbMax: 8192,
  /** A worker that ran this long without a crash starts the waits afresh. */
  stableAfterMs: 60_000,
  /** A stop that takes longer than this ends the thread: connections may hang, the last checkpoint does not. */
  stopTimeoutMs: 10_000,
} as const;
