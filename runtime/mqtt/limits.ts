/** Bounds of the MQTT connections, each with its reason. */
export const limits = {
  /** Publishes that wait per connection: an hour of a busy building's commands, far from filling memory. */
  queuedPublishesMax: 10_000,
  /** Their payloads together, so that a queue of camera pictures cannot fill memory either. */
  queuedBytesMax: 32 * 1024 * 1024,
  /** Unacknowledged QoS 1 and 2 publishes: beyond what any broker needs to stay busy, well below the 65,535 packet ids. */
  inFlightMax: 4096,
  /** Bytes a socket may hold unsent before QoS 0 publishes wait in our own bounded queue. */
  unsentBytesMax: 1024 * 1024,
  /** Larger packets are refused: a 10 MB payload passes, a runaway sender does not fill memory. */
  packetBytesMax: 16 * 1024 * 1024,
  /** The first wait before connecting again; doubles up to the longest. Actual waits are 50 to 100 % of it. */
  reconnectFirstMs: 500,
  /** A broker that comes back is found within half a minute, and a fleet does not hammer it. */
  reconnectLongestMs: 30_000,
  /** A preview may wait; the flows' own connection is the one that hurries. */
  peekReconnectMs: 5_000,
  /** No answer to CONNECT for this long counts as a failed attempt. */
  connectTimeoutMs: 10_000,
  /** A clean stop waits this long for acknowledgements before it closes the socket. */
  stopTimeoutMs: 2_000,
  /** How long an MQTT 5 broker keeps a persistent session: a week covers a holiday outage. */
  sessionExpiryS: 7 * 24 * 3600,
} as const;
