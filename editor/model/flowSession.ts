/** One flow open in the editor: its document with history, what is selected, its problems, its saves, what is live. */
import type { Catalogue } from "../../runtime/core/catalogue.ts";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import type { Platform } from "../../runtime/core/platform.ts";
import { canonicalJson } from "./canonicalJson.ts";
import { type Change, changesBetween } from "./changes.ts";
import { DocumentStore } from "./documentStore.ts";
import type { DraftMirror } from "./draftMirror.ts";
import { DraftSaver, type DraftStore } from "./draftSaver.ts";
import { completeLayout } from "./placement.ts";
import { ProblemWatch } from "./problems.ts";
import { nothingSelected, pruneSelection, type Selection } from "./selection.ts";
import { type Readable, Store } from "./store.ts";
import { tidy } from "./tidy.ts";

/** What of a flow runs. */
export interface Deployment {
  /** Counts deploys; 0: never. */
  readonly version: number;
  readonly live: boolean;
  /** The document deployed last. */
  readonly flow?: FlowDocument | undefined;
  /** Why a flow that should be live is not. */
  readonly problem?: string | undefined;
}

export interface OpenedFlow {
  readonly draft: FlowDocument;
  readonly revision: number;
  readonly deployment: Deployment;
}

export interface SessionEnv {
  readonly catalogue: Catalogue;
  readonly platform: Platform;
  readonly store: DraftStore;
  readonly mirror: DraftMirror;
}

export class FlowSession {
  readonly document: DocumentStore;
  readonly selection = new Store<Selection>(nothingSelected);
  readonly problems: ProblemWatch;
  readonly saver: DraftSaver;
  readonly deployment: Store<Deployment>;
  /** What a deploy would change. */
  readonly changes: Readable<readonly Change[]>;
  readonly catalogue: Catalogue;
  readonly #dispose: (() => void)[] = [];

  constructor(opened: OpenedFlow, env: SessionEnv) {
    this.catalogue = env.catalogue;
    this.document = new DocumentStore(laidOut(opened.draft, env.catalogue));
    this.deployment = new Store(opened.deployment);
    this.saver = new DraftSaver(this.document, opened.revision, env.store, env.mirror);
    this.problems = new ProblemWatch(this.document, env.catalogue, env.platform);
    const changes = new Store(this.#changesNow());
    this.changes = changes;
    const refresh = () => changes.set(sameOr(changes.get(), this.#changesNow()));
    this.#dispose.push(
      this.document.subscribe(refresh),
      this.deployment.subscribe(refresh),
      this.document.subscribe(() =>
        this.selection.set(pruneSelection(this.selection.get(), this.document.get())),
      ),
      () => this.problems.dispose(),
      () => this.saver.dispose(),
    );
  }

  get id(): string {
    return this.document.get().id;
  }

  /** Documents whose node ids are taken besides those of the draft. */
  get reserved(): readonly FlowDocument[] {
    const { flow } = this.deployment.get();
    return flow ? [flow] : [];
  }

  /** Replaces the whole document, as one entry of the history; the flow keeps its id. */
  replace(label: string, flow: FlowDocument): void {
    this.document.transact(label, () => laidOut({ ...flow, id: this.id }, this.catalogue));
  }

  /** Stops watching. Unsaved edits stay in the mirror; call `saver.flush()` before to have them saved. */
  dispose(): void {
    for (const stop of this.#dispose) stop();
  }

  #changesNow(): readonly Change[] {
    return changesBetween(this.deployment.get().flow, this.document.get());
  }
}

/** Flows written by hand or by programs come without places. */
function laidOut(flow: FlowDocument, catalogue: Catalogue): FlowDocument {
  const complete = completeLayout(flow);
  if (complete === flow || Object.keys(flow.layout).length > 0) return complete;
  return tidy(complete, catalogue);
}

function sameOr(last: readonly Change[], next: readonly Change[]): readonly Change[] {
  return canonicalJson(last) === canonicalJson(next) ? last : next;
}
