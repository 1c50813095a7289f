/**
 * The bounds of one evaluation. Exceeding one is an ExpressionError `EXPR_LIMIT`, never a hung or dead process. These are
 * the defaults; who operates the runtime can set others within `expressionLimitRanges`, a flow cannot.
 */
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

interface LimitRange {
  readonly limit: keyof ExpressionLimits;
  readonly min: number;
  readonly max: number;
}

/**
 * What an operator may set, by the word used for it. Below the least, ordinary rules fail; above the most, the promise that
 * the process lives no longer holds.
 */
export const expressionLimitRanges: Readonly<Record<string, LimitRange>> = {
  /** About 10 s, during which the data plane does nothing else. */
  steps: { limit: "stepsMax", min: 1_000, max: 100_000_000 },
  /** What the stack of a data plane thread held in measurements, with a margin. */
  calls: { limit: "callDepthMax", min: 10, max: 500 },
  /** 80 MB of pointers for one array. */
  items: { limit: "arrayLengthMax", min: 100, max: 10_000_000 },
  /** Half of what kills V8 would do; a quarter of that leaves room for the copies an evaluation makes. */
  text: { limit: "textLengthMax", min: 1_000, max: 67_108_864 },
  /** Writing a result as JSON recurses. */
  levels: { limit: "resultDepthMax", min: 5, max: 500 },
  /** A result is kept, copied and written out. */
  size: { limit: "resultSizeMax", min: 1_000, max: 268_435_456 },
};

/** Bounds on the source text, which apply before and while it is parsed. */
export const sourceLimits = {
  /** Characters. The parser and the compiler recurse over it. */
  lengthMax: 32_768,
  /** `??` and `?:`: the parser copies their left side, so nesting them doubles the tree each time. */
  defaultOperatorsMax: 16,
};
