import type { ExpressionLimits } from "./expression/limits.ts";

/**
 * What the core must be lent by its host, because the language itself does not have it. Both answers depend on
 * their arguments alone, so replay stays exact.
 */
export interface Platform {
  /** @returns the text, or undefined when the bytes are not valid UTF-8 */
  decodeUtf8(bytes: Uint8Array): string | undefined;
  /**
   * Offset of local time from UTC in a zone at an instant: local = utc + offset.
   * @param zone IANA name such as `Europe/Oslo`
   * @returns milliseconds, or undefined for an unknown zone
   */
  zoneOffsetMs(zone: string, at: number): number | undefined;
  /**
   * Whether the core may turn text into code (`new Function`) to run hot expressions faster. A page under a content
   * security policy may not, and would report the attempt.
   */
  readonly generatesCode?: boolean;
  /** The bounds of an evaluation, where the host sets others than the usual. */
  readonly expressionLimits?: ExpressionLimits;
  /** Keys that all flows together may keep, by the host's memory; absent: as many as each node may. */
  readonly keysMax?: number;
}
