import { Fault } from "../fault.ts";
import { textOf } from "../text.ts";
import { type Definitions, define, defineUnary } from "./define.ts";

export const stringFunctions: Definitions = [
  define("string", 1, "<x-b?:s>", (run, value, pretty) =>
    value === undefined ? undefined : textOf(value, run, pretty === true),
  ),
  defineUnary("length", "<s-:n>", (text: string) => characterCount(text)),
  defineUnary("lowercase", "<s-:s>", (text: string) => text.toLowerCase()),
  defineUnary("uppercase", "<s-:s>", (text: string) => text.toUpperCase()),
  defineUnary("trim", "<s-:s>", (text: string) => text.replace(/[ \t\n\r]+/g, " ").replace(/^ | $/g, "")),
  define("substring", 3, "<s-nn?:s>", (_, text, start, length) =>
    text === undefined
      ? undefined
      : substring(text as string, start as number | undefined, length as number | undefined),
  ),
  define("substringBefore", 2, "<s-s:s>", (_, text, mark) => {
    if (text === undefined) return undefined;
    const at = (text as string).indexOf(String(mark));
    return at < 0 ? text : (text as string).slice(0, at);
  }),
  define("substringAfter", 2, "<s-s:s>", (_, text, mark) => {
    if (text === undefined) return undefined;
    const at = (text as string).indexOf(String(mark));
    return at < 0 ? text : (text as string).slice(at + String(mark).length);
  }),
  define("pad", 3, "<s-ns?:s>", (run, text, width, filler) => {
    if (text === undefined) return undefined;
    const wanted = Math.trunc((width as number | undefined) ?? Number.NaN);
    const missing = Math.abs(wanted) - characterCount(text as string);
    if (!(missing > 0)) return text;
    run.chargeText((text as string).length + missing);
    const padding = repeatTo(missing, filler === undefined || filler === "" ? " " : (filler as string));
    return wanted > 0 ? text + padding : padding + text;
  }),
  define("join", 2, "<a<s>s?:s>", (run, texts, separator) => {
    if (texts === undefined) return undefined;
    const parts = texts as string[];
    const between = (separator as string | undefined) ?? "";
    run.charge(parts.length);
    let length = between.length * Math.max(parts.length - 1, 0);
    for (const part of parts) length += part.length;
    run.chargeText(length);
    return parts.join(between);
  }),
  defineUnary("base64encode", "<s-:s>", encodeBase64),
  defineUnary("base64decode", "<s-:s>", decodeBase64),
  defineUnary("encodeUrlComponent", "<s-:s>", (text: string) =>
    url("encodeUrlComponent", text, encodeURIComponent),
  ),
  defineUnary("encodeUrl", "<s-:s>", (text: string) => url("encodeUrl", text, encodeURI)),
  defineUnary("decodeUrlComponent", "<s-:s>", (text: string) =>
    url("decodeUrlComponent", text, decodeURIComponent),
  ),
  defineUnary("decodeUrl", "<s-:s>", (text: string) => url("decodeUrl", text, decodeURI)),
];

/** JSONata counts characters, not UTF-16 units: a surrogate pair is one. */
function characterCount(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length - 1; index++) {
    if ((text.charCodeAt(index) & 0xfc00) !== 0xd800) continue;
    if ((text.charCodeAt(index + 1) & 0xfc00) !== 0xdc00) continue;
    count--;
    index++;
  }
  return count;
}

function substring(text: string, start = Number.NaN, length?: number): string {
  const characters = Array.from(text);
  const from = characters.length + start < 0 ? 0 : start;
  if (length === undefined) return characters.slice(from).join("");
  if (length <= 0) return "";
  return characters.slice(from, from >= 0 ? from + length : characters.length + from + length).join("");
}

/** The filler, repeated and cut to a number of characters. */
function repeatTo(count: number, filler: string): string {
  const characters = Array.from(filler);
  if (characters.length === 1) return filler.repeat(count);
  const whole = filler.repeat(Math.floor(count / characters.length));
  return whole + characters.slice(0, count % characters.length).join("");
}

function url(functionName: string, text: string, convert: (text: string) => string): string {
  try {
    return convert(text);
  } catch {
    // The conversions throw for one reason only: a lone surrogate or a broken escape.
    throw new Fault("D3140", { value: text, functionName: `$${functionName}` });
  }
}

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Each UTF-16 unit is taken as one byte, as the reference does: text beyond Latin-1 loses its upper bits. */
function encodeBase64(text: string): string {
  let encoded = "";
  for (let index = 0; index < text.length; index += 3) {
    const left = text.length - index;
    const first = text.charCodeAt(index) & 255;
    const second = left > 1 ? text.charCodeAt(index + 1) & 255 : 0;
    const third = left > 2 ? text.charCodeAt(index + 2) & 255 : 0;
    encoded += base64Digits[first >> 2]! + base64Digits[((first & 3) << 4) | (second >> 4)]!;
    encoded += left > 1 ? base64Digits[((second & 15) << 2) | (third >> 6)]! : "=";
    encoded += left > 2 ? base64Digits[third & 63]! : "=";
  }
  return encoded;
}

/** Tolerant as the reference on Node: other characters are skipped, the URL alphabet is understood. */
function decodeBase64(text: string): string {
  let decoded = "";
  let bits = 0;
  let count = 0;
  for (const character of text) {
    if (character === "=") break;
    const digit = base64Digits.indexOf(character === "-" ? "+" : character === "_" ? "/" : character);
    if (digit < 0) continue;
    bits = ((bits << 6) | digit) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    decoded += String.fromCharCode((bits >> count) & 255);
  }
  return decoded;
}
