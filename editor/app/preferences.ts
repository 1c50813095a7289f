/** How a person likes the frame around the canvas; remembered in this browser. */
import type { Panel } from "../actions/action.ts";
import type { TextStorage } from "../model/draftMirror.ts";
import { type Readable, Store } from "../model/store.ts";

export const drawerTabs = ["problems", "debug", "dead-letters"] as const;
export type DrawerTab = (typeof drawerTabs)[number];

export interface Layout extends Readonly<Record<Panel, boolean>> {
  readonly drawerTab: DrawerTab;
}

const initial: Layout = { palette: true, inspector: true, drawer: true, drawerTab: "problems" };
const storageKey = "millrace.layout";

export class Preferences implements Readable<Layout> {
  readonly #layout: Store<Layout>;
  readonly #storage: TextStorage;

  constructor(storage: TextStorage) {
    this.#storage = storage;
    this.#layout = new Store({ ...initial, ...read(storage) });
  }

  readonly get = (): Layout => this.#layout.get();
  readonly subscribe = (listener: () => void): (() => void) => this.#layout.subscribe(listener);

  toggle(panel: Panel): void {
    this.change({ [panel]: !this.get()[panel] });
  }

  change(changes: Partial<Layout>): void {
    this.#layout.set({ ...this.get(), ...changes });
    try {
      this.#storage.setItem(storageKey, JSON.stringify(this.get()));
    } catch {
      // Storage is full or forbidden: the layout lasts until the page is closed.
    }
  }
}

/** What is stored comes from an earlier version of us, or from anybody: only what fits is taken. */
function read(storage: TextStorage): Partial<Layout> {
  try {
    const stored = JSON.parse(storage.getItem(storageKey) ?? "{}") as Record<string, unknown>;
    const panels = (["palette", "inspector", "drawer"] as const).filter(
      (panel) => typeof stored[panel] === "boolean",
    );
    const tab = drawerTabs.find((each) => each === stored.drawerTab);
    return {
      ...Object.fromEntries(panels.map((panel) => [panel, stored[panel]])),
      ...(tab === undefined ? {} : { drawerTab: tab }),
    };
  } catch {
    return {};
  }
}
