import type { FunctionValue } from "../functionValue.ts";
import { collectionFunctions } from "./collections.ts";
import { evaluationFunctions } from "./evaluation.ts";
import { higherOrderFunctions } from "./higherOrder.ts";
import { matchingFunctions } from "./matching.ts";
import { numberFunctions } from "./numbers.ts";
import { ownFunctions } from "./own.ts";
import { pictureFunctions } from "./pictures.ts";
import { randomFunctions } from "./random.ts";
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
  ...randomFunctions,
  ...evaluationFunctions,
  ...ownFunctions,
]);
