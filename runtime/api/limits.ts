/** Every bound of the HTTP API, with its reason. */
export const limits = {
  /** A flow of 2,000 nodes is about 1 MB; what people paste into notes and tests fits as well. */
  flowBytesMax: 5 * 1024 ** 2,
  /** Certificates in PEM are some kilobytes each. */
  bodyBytesMax: 256 * 1024,
  /** As in the core: configs are small, and recursion over a body must stay safe. */
  jsonDepthMax: 100,
  /** An editor sends a few requests a second; a script in a tight loop must not starve it. */
  requestsPerWindowMax: 1_000,
  requestsWindowMs: 10_000,
  /** A script has its token right, or wrong for good. */
  wrongTokensPerWindowMax: 20,
  wrongTokensWindowMs: 60_000,
  /** Half-sent requests hold a socket; honest ones arrive in a second. */
  requestTimeoutMs: 60_000,
  /** Dead letters in one answer: more than a person reads. */
  deadLettersMax: 1_000,
  /** A few screenfuls. */
  deadLettersUsual: 100,
} as const;
