/** Every bound of the core, with its reason. Expressions have their own in expression/limits.ts. */
export const limits = {
  /** The editor is smooth at 1,000 cards; twice that is a flow somebody should have split. */
  nodesPerFlowMax: 2_000,
  /** Four wires per node on average is far beyond any drawing we have seen. */
  wiresPerFlowMax: 8_000,
  /** A message runs depth-first, one stack frame group per node; V8's default stack holds about 3,000. */
  chainLengthMax: 500,
  /** Config values are small; deeper nesting is an attack or a mistake, and recursion must stay safe. */
  jsonDepthMax: 100,
  /** Names are shown on 240 px cards. */
  nameLengthMax: 200,
  /** More than a screenful helps nobody, and a hostile document must not make a huge answer. */
  diagnosticsMax: 100,
  /** Telemetry is small; larger payloads are files, which do not belong in a rule. */
  payloadBytesMax: 4 * 1024 * 1024,
  /** Diamonds of wires can multiply one input into billions of messages. */
  emissionsPerInputMax: 100_000,
  /**
   * Timers of one step, and messages they emit; the rest goes on in the next step, and event time waits for it. A clock
   * that leaps by weeks makes some nodes catch up with every second of it. A million take a few seconds.
   */
  timerWorkPerStepMax: 1_000_000,
  /**
   * Keys a node keeps state for, further ones fail. A building has thousands of devices, and a million states of 1 to 4 KB are
   * what a process can hold; a node with more is keyed by something that never repeats.
   */
  keysPerNodeMax: 1_000_000,
  /** Keys are names. Longer ones are payloads by mistake. */
  keyLengthMax: 1_024,
  /** Text of one value that an operator keeps per key, such as the last one: of a thousand keys these are 64 MB. */
  keptValueLengthMax: 65_536,
  /** The same of values it keeps a thousand of. */
  listedValueLengthMax: 4_096,
  /** How full something with a limit is when the card begins to warn. */
  warningShare: 0.8,
  /** How long a card warns of what was nearly full, after it last was, ms. */
  warningMs: 60_000,
  /** Compiled expressions kept for the next validation: those of the largest flow, several times over. */
  expressionsKeptMax: 10_000,
  /** Debug lines per step; a person reads a few per second. */
  debugPerStepMax: 100,
  /** What of a bad payload is kept in a dead letter as text. */
  deadLetterTextMax: 4_096,
  /** What of a bad payload is kept to be read again. Readings are far smaller; ten thousand letters must fit on an SD card. */
  deadLetterRawBytesMax: 65_536,
  /** Resolved topics kept per connection, so that matching costs one lookup. */
  topicCacheMax: 20_000,
} as const;
