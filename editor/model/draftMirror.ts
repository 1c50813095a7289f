/** A copy of unsaved edits outside the page's memory: it survives a closed tab, a crash and a runtime that is away. */
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import { parseFlow } from "../../runtime/core/flow/parse.ts";

export interface MirroredDraft {
  readonly flow: FlowDocument;
  /** Of the saved draft that the edits started from. */
  readonly revision: number;
}

export interface DraftMirror {
  keep(draft: MirroredDraft): void;
  forget(flow: string): void;
  /** @returns undefined when nothing (readable) is kept */
  read(flow: string): MirroredDraft | undefined;
  /** Writes at once what still waits; for the moment a page is left. */
  flush(): void;
}

/** The part of the browser's Storage that is needed. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Writing waits this long, so that a drag does not serialise the document at every frame. */
const pauseMs = 200;

export function createDraftMirror(storage: TextStorage): DraftMirror {
  const waiting = new Map<
    string,
    { readonly timer: ReturnType<typeof setTimeout>; readonly write: () => void }
  >();
  const stop = (flow: string) => {
    clearTimeout(waiting.get(flow)?.timer);
    waiting.delete(flow);
  };
  return {
    keep(draft) {
      const { id } = draft.flow;
      stop(id);
      const write = () => {
        stop(id);
        attempt(() => storage.setItem(keyOf(id), JSON.stringify(draft)));
      };
      waiting.set(id, { timer: setTimeout(write, pauseMs), write });
    },
    forget(flow) {
      stop(flow);
      attempt(() => storage.removeItem(keyOf(flow)));
    },
    read(flow) {
      return attempt(() => readDraft(storage.getItem(keyOf(flow))));
    },
    flush() {
      for (const { write } of [...waiting.values()]) write();
    },
  };
}

function keyOf(flow: string): string {
  return `millrace.draft.${flow}`;
}

function readDraft(text: string | null): MirroredDraft | undefined {
  if (text === null) return undefined;
  const { flow, revision } = JSON.parse(text) as { flow: unknown; revision: unknown };
  const parsed = parseFlow(flow).flow;
  return parsed && typeof revision === "number" ? { flow: parsed, revision } : undefined;
}

/**
 * Storage can be full, forbidden or hold somebody else's text. The mirror is a second safety net: the save state
 * still tells the person when edits are not on the server, so a mirror that fails may stay silent.
 */
function attempt<Result>(use: () => Result): Result | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}
