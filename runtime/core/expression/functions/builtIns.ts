import type { FunctionValue } from "../functionValue.ts";
import { collectionFunctions } from "./collections.ts";
import { higherOrderFunctions } from "./higherOrder.ts";
import { matchingFunctions } from "./matching.ts";
import { numberFunctions } from "./numbers.ts";
import { pictureFunctions } from "./pictures.ts";
import { stringFunctions } from "./strings.ts";
import { timeFunctions } from "./time.ts";

/** The built-in functions by name, without the `$`. */
export const builtIns: ReadonlyMap<string, FunctionValue> = new Map([
  ...numberFunctions,
  ...stringFunctions,
  ...matchingFunctions,
  ...collectionFunctions,
  ...higherOrderFunctions,
  ...pictureFunctions,
  ...timeFunctions,
]);

/** Functions of the language we do not have: an expression that names one is refused. */
export const missingFunctions: ReadonlySet<string> = new Set(["eval", "random", "shuffle"]);
