import { type Definitions, define } from "./define.ts";
import { formatInteger, integerReader, parseIntegerPicture } from "./integerPicture.ts";
import { formatNumber } from "./numberFormat.ts";

/** Functions that write and read numbers by a picture. */
export const pictureFunctions: Definitions = [
  define("formatInteger", 2, "<n-s:s>", (_, value, picture) =>
    value === undefined
      ? undefined
      : formatInteger(Math.floor(value as number), parseIntegerPicture(String(picture))),
  ),
  define("formatNumber", 3, "<n-so?:s>", (run, value, picture, options) =>
    value === undefined ? undefined : formatNumber(value as number, String(picture), options, run),
  ),
  define("parseInteger", 2, "<s-s:n>", (run, text, picture) => {
    if (text === undefined) return undefined;
    run.chargeText((text as string).length);
    return integerReader(parseIntegerPicture(String(picture))).read(text as string);
  }),
];
