import { Fault } from "./fault.ts";
import type { Run } from "./frame.ts";
import { FunctionValue } from "./functionValue.ts";
import { isNumeric } from "./truth.ts";
import { flagsOf, WRAPPER } from "./values.ts";

/**
 * JSONata's `$string`: strings as they are, functions empty, everything else as JSON with numbers rounded to 15
 * significant digits.
 * @throws Fault D3001 for a number JSON cannot hold
 */
export function textOf(value: unknown, run: Run, pretty = false): string {
  if (typeof value === "string") return value;
  if (value instanceof FunctionValue) return "";
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new Fault("D3001", { value });
    return String(rounded(value));
  }
  if (typeof value === "boolean" || value === null) return String(value);
  const source = Array.isArray(value) && flagsOf(value) & WRAPPER ? value[0] : value;
  const text = pretty
    ? (JSON.stringify(source, (_, item: unknown) => replace(item, run), 2) ?? "")
    : (jsonOf(source, run) ?? "");
  run.chargeText(text.length);
  return text;
}

/** Called for every part of a value, so parts that are shared count each time they are written. */
function replace(item: unknown, run: Run): unknown {
  run.charge(typeof item === "string" ? 1 + (item.length >> 6) : 1);
  if (typeof item === "number") return isNumeric(item) ? rounded(item) : item;
  return item instanceof FunctionValue ? "" : item;
}

/**
 * `JSON.stringify` with numbers rounded: its replacer costs more than all the rest. Without lists of parts to join, and
 * without its `toJSON`, which data does not have.
 */
function jsonOf(value: unknown, run: Run): string | undefined {
  switch (typeof value) {
    case "string":
      run.charge(1 + (value.length >> 6));
      return JSON.stringify(value);
    case "number":
      return isNumeric(value) ? String(rounded(value)) : "null";
    case "boolean":
      return value ? "true" : "false";
    case "object":
      break;
    default:
      return undefined;
  }
  run.charge(1);
  if (value === null) return "null";
  if (value instanceof FunctionValue) return '""';
  let text = "";
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      text += `${index === 0 ? "" : ","}${jsonOf(value[index], run) ?? "null"}`;
    }
    return `[${text}]`;
  }
  for (const key of Object.keys(value)) {
    const part = jsonOf((value as Record<string, unknown>)[key], run);
    if (part !== undefined) text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${part}`;
  }
  run.chargeText(text.length);
  return `{${text}}`;
}

export function rounded(value: number): number {
  // Fifteen digits and a point: such a number is its own rounding, and `toPrecision` is slow.
  if (Number.isInteger(value) || String(value).length <= 16) return value;
  return Number(value.toPrecision(15));
}
