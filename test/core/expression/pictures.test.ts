import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ourOutcome, referenceOutcome } from "./reference.ts";

const runs = { numRuns: 400 };

const number = fc.oneof(
  fc.integer({ min: -2_000_000, max: 2_000_000 }),
  fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => Number(value.toFixed(4))),
  fc.constantFrom(0, 0.5, -0.5, 1e-7, 123456789.123, 999.995),
);

/** Regularly grouped: irregular ones make the reference put separators beside numbers too short for them. */
const numberPicture = fc.oneof(
  fc.constantFrom(
    "#,##0.00",
    "0",
    "00.###",
    "#,###",
    "0.0#",
    "0%",
    "#0.0‰",
    "0.0e0",
    "#00.00e00",
    "(0);-0",
    "€#,##0.00",
    "#",
  ),
  fc.stringMatching(/^(#,##0|#,###,##0|#,000|0{1,4})(\.0{0,3}#{0,2})?%?$/),
);

const integerPicture = fc.oneof(
  fc.constantFrom(
    "0",
    "000",
    "#,##0",
    "A",
    "a",
    "I",
    "i",
    "w",
    "W",
    "Ww",
    "w;o",
    "0;o",
    "Ww;o",
    "#:##0",
    "٠",
    "#",
  ),
  fc.stringMatching(/^(#,##|#,##,##|##)?0{1,4}$/),
);

const part = fc.constantFrom(
  "[Y]",
  "[Y0001]",
  "[Y,2-2]",
  "[M]",
  "[M01]",
  "[MNn]",
  "[MN,3-3]",
  "[D]",
  "[D01]",
  "[D1o]",
  "[d]",
  "[d001]",
  "[F]",
  "[FNn]",
  "[FNn,3-3]",
  "[W]",
  "[w]",
  "[X]",
  "[x]",
  "[xNn]",
  "[H]",
  "[H01]",
  "[h]",
  "[h01]",
  "[P]",
  "[PN]",
  "[m]",
  "[s]",
  "[f]",
  "[f001]",
  "[Z]",
  "[z]",
  "[Z0]",
  "[Z0000]",
  "[Z01:01t]",
  "[C]",
  "[E]",
  "[YI]",
  "[Dw]",
  "[[",
  "]]",
);
const datePicture = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(" "));
const readablePicture = fc.constantFrom(
  "[Y0001]-[M01]-[D01]",
  "[D01]/[M01]/[Y0001] [H01]:[m01]",
  "[Y0001][M01][D01]",
  "[D1] [MNn] [Y0001]",
  "[H01]:[m01]:[s01]",
  "[h]:[m] [P]",
  "[Y0001]-[d001]",
  "[FNn], [D1o] [MNn] [Y]",
  "[Y]-[M]-[D]T[H]:[m]:[s].[f001][Z01:01]",
  "[Y]-[M01]-[D01] [z]",
);
const time = fc.integer({ min: -2e12, max: 4e12 });
/** Whole hours: the reference miscounts the minutes of a zone west of Greenwich. */
const zone = fc.constantFrom("+0000", "+0100", "+0530", "-0500", "-1100", "+1345");

describe("pictures, compared with the reference", () => {
  it.each([
    ["$formatNumber(n, p)", fc.record({ n: number, p: numberPicture })],
    ["$formatInteger(n, p)", fc.record({ n: number, p: integerPicture })],
    ["$parseInteger($formatInteger($abs(n), p), p)", fc.record({ n: number, p: integerPicture })],
    ["$formatBase(n, p)", fc.record({ n: number, p: fc.integer({ min: 0, max: 40 }) })],
    ["$fromMillis(t, p, z)", fc.record({ t: time, p: datePicture, z: zone })],
    ["$fromMillis(t)", fc.record({ t: time })],
    ["$toMillis($fromMillis(t, p), p)", fc.record({ t: time, p: readablePicture })],
    ["$round(n, p)", fc.record({ n: number, p: fc.integer({ min: -3, max: 6 }) })],
  ])("%s", async (source, input) => {
    await fc.assert(
      fc.asyncProperty(input as fc.Arbitrary<unknown>, async (data) => {
        const theirs = await referenceOutcome(source, data);
        // What is missing on the left is taken from the clock, which differs.
        if (
          theirs === undefined ||
          (source.startsWith("$toMillis") && /\[H01\]:\[m01\]:|\[h\]/.test((data as { p: string }).p))
        )
          return;
        expect(ourOutcome(source, data)).toEqual(theirs);
      }),
      runs,
    );
  });
});
