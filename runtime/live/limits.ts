/** Every bound of the live feed, with its reason. */
export const limits = {
  /** Each client costs up to four frames a second; a control room has a handful. */
  clientsMax: 64,
  /** A watch is under 100 bytes; a peek names up to peekLimits.filtersMax filters, in the worst case all escaped. */
  messageBytesMax: 64 * 1024,
  /** A person switches flows some times a minute, and types topics whose every pause is a peek. */
  messagesPerPingMax: 600,
  /** Bytes on their way to one browser: a second of the busiest flow. Beyond it, it gets the newest state later. */
  bufferedBytesMax: 1024 * 1024,
  /** Two missed pings end a connection, so a dead one is gone within a minute. */
  pingMs: 30_000,
  /** Closing waits this long for the other side. */
  closeMs: 1_000,
} as const;
