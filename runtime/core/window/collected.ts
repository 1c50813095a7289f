/** The values themselves, in order of time, as far as a bound allows: then the newest. */
import type { Folding } from "./foldings.ts";

/** A list is part of a payload and of every checkpoint; whoever wants more wants a database. */
export const collectedValuesMax = 1_000;

type Timed = [time: number, value: unknown];

export function collected(length: number): Folding {
  return {
    one: (value, time): Timed[] => [[time, value]],
    add: (partial, value, time) => {
      const values = partial as Timed[];
      let index = values.length;
      while (index > 0 && values[index - 1]![0] > time) index--;
      values.splice(index, 0, [time, value]);
      if (values.length > length) values.shift();
      return values;
    },
    merge: (a, b) => {
      const one = a as Timed[];
      const other = b as Timed[];
      const both: Timed[] = [];
      for (let i = 0, j = 0; i < one.length || j < other.length; ) {
        const fromOne = j === other.length || (i < one.length && one[i]![0] <= other[j]![0]);
        both.push(fromOne ? one[i++]! : other[j++]!);
      }
      return both.slice(-length);
    },
    result: (partial) => (partial as Timed[]).map(([, value]) => value),
  };
}
