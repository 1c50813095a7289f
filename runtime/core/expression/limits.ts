/** The bounds of one evaluation. Exceeding one is an ExpressionError `EXPR_LIMIT`, never a hung or dead process. */
export interface ExpressionLimits {
  readonly stepsMax: number;
  readonly callDepthMax: number;
  readonly arrayLengthMax: number;
  readonly textLengthMax: number;
  readonly resultDepthMax: number;
  readonly resultSizeMax: number;
}

export const expressionLimits: ExpressionLimits = {
  /**
   * Loop iterations, function calls, comparisons and 64-character pieces of built text. At 50 to 100 ns each this is
   * about 0.1 s, which a data plane that handles every message in turn can survive once.
   */
  stepsMax: 1_000_000,
  /** Nested function calls. Half of what the smallest stack we meet (1 MB) overflowed at in measurements. */
  callDepthMax: 300,
  /** Items of one array: 2 MB of pointers. A message with more readings than this belongs in a window, not a rule. */
  arrayLengthMax: 250_000,
  /** UTF-16 units of one string. V8 dies, uncatchably, near 2^29; MQTT payloads in practice stay below 256 KiB. */
  textLengthMax: 1_048_576,
  /** As deep as a payload may be that comes from outside: what takes it on recurses over it. */
  resultDepthMax: 100,
  /**
   * Values and UTF-16 units of text in one result. The largest payload fits twice. Thirty nodes that each put their input
   * in twice would make a text of a billion values out of one.
   */
  resultSizeMax: 8 * 1024 * 1024,
};

/** Bounds on the source text, which apply before and while it is parsed. */
export const sourceLimits = {
  /** Characters. The parser and the compiler recurse over it. */
  lengthMax: 32_768,
  /** `??` and `?:`: the parser copies their left side, so nesting them doubles the tree each time. */
  defaultOperatorsMax: 16,
};
