/** The multiple of `unit` at or before `value`, for negative values too. */
export function floorTo(value: number, unit: number): number {
  return Math.floor(value / unit) * unit;
}

/** Greatest common divisor of two positive integers. */
export function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
