import { Fault } from "./fault.ts";
import type { Run } from "./frame.ts";

/** JSONata's truth of a value (`$boolean`), with nothing counting as false. */
export function truthOf(value: unknown, run: Run): boolean {
  switch (typeof value) {
    case "boolean":
      return value;
    case "string":
      return value.length > 0;
    case "number":
      return isNumeric(value) && value !== 0;
    case "object":
      if (value === null) return false;
      if (!Array.isArray(value)) return hasKeys(value);
      run.charge(1);
      if (value.length === 1) return truthOf(value[0], run);
      return value.some((item) => truthOf(item, run));
    default:
      return false;
  }
}

/** A number that is neither NaN nor infinite. @throws Fault D1001 for infinity */
export function isNumeric(value: unknown): value is number {
  if (typeof value !== "number" || Number.isNaN(value)) return false;
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    throw new Fault("D1001", { value });
  return true;
}

function hasKeys(value: object): boolean {
  for (const key in value) if (Object.hasOwn(value, key)) return true;
  return false;
}
