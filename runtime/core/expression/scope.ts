import { type Code, type Frame, unbound } from "./frame.ts";
import type { FunctionValue } from "./functionValue.ts";
import { collapse } from "./values.ts";

/** The names bound in one block, function or tuple stream, known while compiling. Its Frame holds their values. */
export class Scope {
  readonly parent: Scope | undefined;
  /** A scope whose names come from tuples (`@$x`, `#$i`, `%`): it holds whichever of them are asked for. */
  readonly tuples: boolean;
  readonly slots = new Map<string, number>();
  /** Nothing is bound in it, so it gets no Frame. */
  elided = false;
  constructor(parent: Scope | undefined, tuples = false) {
    this.parent = parent;
    this.tuples = tuples;
  }

  declare(name: string): number {
    let slot = this.slots.get(name);
    if (slot === undefined) {
      slot = this.slots.size;
      this.slots.set(name, slot);
    }
    return slot;
  }
}

/** Makes every name of the tuple streams around a scope visible in it. */
export function declareTupleNames(scope: Scope, names: ReadonlySet<string>): void {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    if (at.tuples) for (const name of names) at.declare(name);
  }
}

/** The names that mean something in a scope, built-in functions aside. */
export function namesInSight(scope: Scope, tupleNames: ReadonlySet<string>): ReadonlySet<string> {
  const names = new Set<string>();
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    for (const name of at.tuples ? tupleNames : at.slots.keys()) names.add(name);
  }
  return names;
}

interface Place {
  readonly depth: number;
  readonly slot: number;
}

/**
 * Where a name may be bound, innermost first. A binding in a branch that was not taken leaves its slot unbound, and the
 * name then means what it means outside; hence several places.
 */
function placesOf(scope: Scope, name: string, tupleNames: ReadonlySet<string>): Place[] {
  const places: Place[] = [];
  let depth = 0;
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    if (at.elided) continue;
    if (at.tuples && tupleNames.has(name)) at.declare(name);
    const slot = at.slots.get(name);
    if (slot !== undefined) places.push({ depth, slot });
    depth++;
  }
  return places;
}

/** A variable after all scopes are complete. @param builtIn what the name means where nothing is bound to it */
export function lookupCode(
  scope: Scope,
  name: string,
  tupleNames: ReadonlySet<string>,
  builtIn: FunctionValue | undefined,
): Code {
  const places = placesOf(scope, name, tupleNames);
  const fallback: Code = name === "$" ? (_, frame) => frame.run.root : () => builtIn;
  const first = places[0];
  if (first === undefined) return fallback;
  if (places.length === 1 && first.depth === 0) {
    const { slot } = first;
    return (input, frame) => {
      const value = frame.values[slot];
      return value === unbound ? fallback(input, frame) : collapse(value);
    };
  }
  return (input, frame) => {
    let at: Frame = frame;
    let depth = 0;
    for (const place of places) {
      for (; depth < place.depth; depth++) at = at.parent!;
      const value = at.values[place.slot];
      if (value !== unbound) return collapse(value);
    }
    return fallback(input, frame);
  };
}
