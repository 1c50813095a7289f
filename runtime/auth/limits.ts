/** Bounds of logging in, with their reasons. */
export const limits = {
  /** At ten guesses a minute a password of eight random letters holds for ten thousand years. */
  failuresPerWindowMax: 10,
  windowMs: 60_000,
  /** The form holds one short field. */
  formBytesMax: 4 * 1024,
} as const;
