/** What an operator wants done outside the core: plain data, executed by the shell after the input is journaled. */
export type Effect = PublishEffect;

export interface PublishEffect {
  readonly kind: "publish";
  /** Named MQTT connection. */
  readonly connection: string;
  /** A concrete topic: no wildcards, not below `$`. */
  readonly topic: string;
  readonly payload: string;
  /** How `payload` stands for bytes. */
  readonly encoding: "utf8" | "base64";
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** ms since epoch after which sending is worse than not sending; absent: never expires. */
  readonly expiresAt?: number;
}

/** An effect with the identity that makes delivery idempotent. */
export interface IssuedEffect {
  /**
   * `flow/position.ordinal`: the journal position that caused it, and which of the effects and dead letters of its flow
   * it is there. The same under every replay, of all flows or of this one.
   */
  readonly id: string;
  readonly flow: string;
  readonly node: string;
  readonly effect: Effect;
}
