/** Several aggregates kept together over the same messages. */
import type { Folding } from "./foldings.ts";

/** Messages and one partial per aggregate. Without messages, there are no partials. */
export interface Part {
  count: number;
  partials: unknown[];
}

export class Aggregation {
  private readonly folds: readonly Folding[];

  constructor(folds: readonly Folding[]) {
    this.folds = folds;
  }

  /** Takes one message more into a part, in place. @param values one per aggregate */
  add(part: Part, values: readonly unknown[], time: number): void {
    const { folds } = this;
    const { partials } = part;
    if (part.count++ === 0) {
      for (let each = 0; each < folds.length; each++) partials[each] = folds[each]!.one(values[each], time);
    } else {
      for (let each = 0; each < folds.length; each++)
        partials[each] = folds[each]!.add(partials[each], values[each], time);
    }
  }

  /** The part of one message. */
  part(values: readonly unknown[], time: number): Part {
    return { count: 1, partials: this.folds.map((fold, each) => fold.one(values[each], time)) };
  }

  /** Takes one message more into the part at `index` of columns, in place. */
  addAt(
    { counts, partials }: { counts: number[]; partials: unknown[][] },
    index: number,
    values: readonly unknown[],
    time: number,
  ): void {
    const { folds } = this;
    counts[index]!++;
    for (let each = 0; each < folds.length; each++) {
      const column = partials[each]!;
      column[index] = folds[each]!.add(column[index], values[each], time);
    }
  }

  /** The fold of two parts, which stay as they are; with an empty one it is the other itself. */
  merge(a: Part | undefined, b: Part | undefined): Part | undefined {
    if (!a?.count) return b;
    if (!b?.count) return a;
    const partials = this.folds.map((fold, each) => fold.merge(a.partials[each], b.partials[each]));
    return { count: a.count + b.count, partials };
  }

  /** One result per aggregate. */
  results(part: Part): unknown[] {
    return this.folds.map((fold, each) => fold.result(part.partials[each], part.count));
  }
}

export function emptyPart(): Part {
  return { count: 0, partials: [] };
}
