/** Problems of the document while it is edited, found by the same check that guards a deploy. */
import type { Catalogue } from "../../runtime/core/catalogue.ts";
import type { Diagnostic } from "../../runtime/core/diagnostic.ts";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import { validateFlow } from "../../runtime/core/plan/validate.ts";
import type { Platform } from "../../runtime/core/platform.ts";
import { type Readable, Store } from "./store.ts";

export interface Problems {
  readonly all: readonly Diagnostic[];
  readonly byNode: ReadonlyMap<string, readonly Diagnostic[]>;
  readonly byWire: ReadonlyMap<string, readonly Diagnostic[]>;
}

export const noProblems: Problems = { all: [], byNode: new Map(), byWire: new Map() };

/** Long enough to skip the states between two keystrokes, short enough to feel immediate. */
const pauseMs = 120;

export class ProblemWatch implements Readable<Problems> {
  readonly #problems = new Store<Problems>(noProblems);
  readonly #document: Readable<FlowDocument>;
  readonly #catalogue: Catalogue;
  readonly #platform: Platform;
  readonly #unsubscribe: () => void;
  #checked: FlowDocument | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(document: Readable<FlowDocument>, catalogue: Catalogue, platform: Platform) {
    this.#document = document;
    this.#catalogue = catalogue;
    this.#platform = platform;
    this.#unsubscribe = document.subscribe(() => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.check(), pauseMs);
    });
    this.check();
  }

  readonly get = (): Problems => this.#problems.get();
  readonly subscribe = (listener: () => void): (() => void) => this.#problems.subscribe(listener);

  /** Checks now what was changed since the last check. Moving cards changes nothing worth checking. */
  check(): Problems {
    clearTimeout(this.#timer);
    const flow = this.#document.get();
    const last = this.#checked;
    if (!last || last.nodes !== flow.nodes || last.wires !== flow.wires) {
      this.#checked = flow;
      this.#problems.set(arrange(validateFlow(flow, this.#catalogue, this.#platform), this.#problems.get()));
    }
    return this.#problems.get();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#unsubscribe();
  }
}

/** Keeps the arrays of nodes whose problems stayed the same, so that their cards need not draw again. */
function arrange(all: readonly Diagnostic[], last: Problems): Problems {
  return { all, byNode: group(all, "node", last.byNode), byWire: group(all, "wire", last.byWire) };
}

function group(
  all: readonly Diagnostic[],
  by: "node" | "wire",
  last: ReadonlyMap<string, readonly Diagnostic[]>,
): ReadonlyMap<string, readonly Diagnostic[]> {
  const groups = new Map<string, Diagnostic[]>();
  for (const each of all) {
    const id = each[by];
    if (id === undefined) continue;
    const found = groups.get(id);
    if (found) found.push(each);
    else groups.set(id, [each]);
  }
  return new Map(
    [...groups].map(([id, found]) => {
      const before = last.get(id);
      return [id, before && JSON.stringify(before) === JSON.stringify(found) ? before : found];
    }),
  );
}
