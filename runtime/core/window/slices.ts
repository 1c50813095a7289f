/** Index of the first slice that starts at `start` or later; their number when none does. Slices ascend by start. */
export function firstFrom(slices: readonly { readonly start: number }[], start: number): number {
  let low = 0;
  for (let high = slices.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (slices[middle]!.start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
