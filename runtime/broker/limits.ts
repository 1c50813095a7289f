/** Bounds of the embedded broker, each with its reason. */
export const limits = {
  /** A building has hundreds of devices; beyond this the fleet deserves a broker of its own. */
  clientsMax: 1000,
  /** A 10 MB payload passes; a client that announces more is disconnected before it fills memory. */
  packetBytesMax: 16 * 1024 * 1024,
  /** Packets a client may send before it is connected. */
  packetsBeforeConnectMax: 100,
  /** A subscriber that reads nothing for this long is disconnected: messages wait for it, and with them everybody. */
  drainTimeoutMs: 10_000,
  /** Devices that vanish without goodbye and without MQTT keep-alive are noticed by TCP. */
  tcpKeepAliveMs: 60_000,
  /** Longer ones are names of nobody, and part of a key on disk. */
  clientIdLengthMax: 200,
  /** What waits for one durable session while it is away: hours of a building, and little beside the disk. */
  queuedMessagesMax: 100_000,
  queuedBytesMax: 64 * 1024 * 1024,
} as const;
