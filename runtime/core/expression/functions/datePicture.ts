import { Fault } from "../fault.ts";
import { type IntegerFormat, parseIntegerPicture } from "./integerPicture.ts";

/** A parsed date picture (XPath F&O 9.8.4), such as `[D01]/[M01]/[Y0001] [H01]:[m01]`. */
export type PicturePart = { readonly literal: string } | Marker;

export interface Marker {
  /** The component letter: Y M D d F W w X x H h P m s f Z z C E. */
  readonly component: string;
  /** How to write a name instead of a number. */
  readonly names: "upper" | "lower" | "title" | undefined;
  readonly widthMax: number | undefined;
  /** Absent for names and for P, C and E. */
  readonly integer: IntegerFormat | undefined;
  /** Digits a year is cut to, -1 for all. */
  readonly yearDigits: number;
  /** The second presentation modifier: `o` ordinal, `t` for `Z` where the offset is nil. */
  readonly modifier: string | undefined;
}

/** @throws Fault D3132, D3135 */
export function parseDatePicture(picture: string): PicturePart[] {
  const parts: PicturePart[] = [];
  let literal = "";
  const flush = () => {
    // A doubled closing bracket stands for one.
    if (literal !== "") parts.push({ literal: literal.split("]]").join("]") });
    literal = "";
  };
  for (let at = 0; at < picture.length; at++) {
    if (picture[at] !== "[") {
      literal += picture[at];
    } else if (picture[at + 1] === "[") {
      flush();
      parts.push({ literal: "[" });
      at++;
    } else {
      flush();
      const end = picture.indexOf("]", at);
      if (end < 0) throw new Fault("D3135");
      const marker = parseMarker(picture.slice(at + 1, end).replace(/\s+/g, ""));
      fixWidthBefore(parts.at(-1), marker);
      parts.push(marker);
      at = end;
    }
  }
  flush();
  return parts;
}

const defaultPresentations: Readonly<Record<string, string>> = {
  Y: "1",
  M: "1",
  D: "1",
  d: "1",
  F: "n",
  W: "1",
  w: "1",
  X: "1",
  x: "1",
  H: "1",
  h: "1",
  P: "n",
  m: "01",
  s: "01",
  f: "1",
  Z: "01:01",
  z: "01:01",
  C: "n",
  E: "n",
};

function parseMarker(text: string): Marker {
  const component = text.charAt(0);
  const comma = text.lastIndexOf(",");
  const width = comma < 0 ? undefined : parseWidth(text.slice(comma + 1));
  const { presentation, modifier } = parsePresentation(
    component,
    text.slice(1, comma < 0 ? undefined : comma),
  );
  const names = namesOf(presentation);
  const marker = { component, names, widthMax: width?.max, yearDigits: -1, modifier };
  if (component === "Z" || component === "z")
    return { ...marker, integer: parseIntegerPicture(presentation) };
  if (names !== undefined || !"YMDdFWwXxHhmsf".includes(component)) return { ...marker, integer: undefined };
  const integer = parseIntegerPicture(modifier === undefined ? presentation : `${presentation};${modifier}`);
  if (width?.min !== undefined) integer.mandatoryDigits = Math.max(integer.mandatoryDigits, width.min);
  if (component !== "Y") return { ...marker, integer };
  if (width?.max !== undefined) {
    integer.mandatoryDigits = width.max;
    return { ...marker, integer, yearDigits: width.max };
  }
  const digits = integer.mandatoryDigits + integer.optionalDigits;
  return { ...marker, integer, yearDigits: digits >= 2 ? digits : -1 };
}

function parsePresentation(
  component: string,
  text: string,
): { presentation: string; modifier: string | undefined } {
  const last = text.at(-1);
  if (!Object.hasOwn(defaultPresentations, component)) throw new Fault("D3132", { value: component });
  if (text.length > 1 && "atco".includes(last!)) return { presentation: text.slice(0, -1), modifier: last };
  if (text !== "") return { presentation: text, modifier: undefined };
  return { presentation: defaultPresentations[component]!, modifier: undefined };
}

function namesOf(presentation: string): Marker["names"] {
  if (presentation[0] === "n") return "lower";
  if (presentation[0] !== "N") return undefined;
  return presentation[1] === "n" ? "title" : "upper";
}

function parseWidth(text: string): { min: number | undefined; max: number | undefined } {
  const [min, max] = text.split("-");
  return { min: parseBound(min), max: parseBound(max) };
}

function parseBound(text: string | undefined): number | undefined {
  const bound = text === undefined || text === "*" ? Number.NaN : Number.parseInt(text, 10);
  return Number.isNaN(bound) ? undefined : Math.min(bound, 64);
}

/** Two integers with nothing between them can only be told apart by the width of the first. */
function fixWidthBefore(previous: PicturePart | undefined, marker: Marker): void {
  if (previous === undefined || "literal" in previous) return;
  if (marker.integer === undefined || marker.component === "Z" || marker.component === "z") return;
  if (previous.integer !== undefined) previous.integer.parseWidth = previous.integer.mandatoryDigits;
}
