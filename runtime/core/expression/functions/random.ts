import { type Definitions, define, defineUnary } from "./define.ts";

/** Chance, from the seed of the evaluation. */
export const randomFunctions: Definitions = [
  define("random", 0, "<:n>", (run) => run.random()),
  defineUnary("shuffle", "<a:a>", (values: unknown[], run) => {
    if (values.length <= 1) return values;
    run.charge(values.length);
    const shuffled = values.slice();
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = Math.floor(run.random() * (last + 1));
      [shuffled[last], shuffled[other]] = [shuffled[other], shuffled[last]];
    }
    return shuffled;
  }),
];
