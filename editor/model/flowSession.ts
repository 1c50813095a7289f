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
  /** It is paused, or catches up; absent: it is up to date. */
  readonly lag?: { readonly paused: boolean } | undefined;
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
  /** Nodes that run otherwise than drawn. Empty before the first deploy, when nothing runs. */
  readonly changedNodes: Readable<ReadonlySet<string>>;
  /** Nodes that run, as far as they are in the draft. */
  readonly liveNodes: Readable<ReadonlySet<string>>;
  readonly catalogue: Catalogue;
  readonly #dispose: (() => void)[] = [];

  constructor(opened: OpenedFlow, env: SessionEnv) {
    this.catalogue = env.catalogue;
    this.document = new DocumentStore(laidOut(opened.draft, env.catalogue));
    this.deployment = new Store(opened.deployment);
    this.saver = new DraftSaver(this.document, opened.revision, env.store, env.mirror);
    this.problems = new ProblemWatch(this.document, env.catalogue, env.platform);
    const changes = new Store(this.#changesNow());
    const changedNodes = new Store(changedIds(changes.get(), opened.deployment));
    const liveNodes = new Store(liveIds(opened.deployment));
    this.changes = changes;
    this.changedNodes = changedNodes;
    this.liveNodes = liveNodes;
    const refresh = () => {
      const now = sameOr(changes.get(), this.#changesNow());
      changes.set(now);
      changedNodes.set(sameOr(changedNodes.get(), changedIds(now, this.deployment.get())));
    };
    this.#dispose.push(
      this.document.subscribe(refresh),
      this.deployment.subscribe(refresh),
      this.deployment.subscribe(() => liveNodes.set(sameOr(liveNodes.get(), liveIds(this.deployment.get())))),
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

function changedIds(changes: readonly Change[], deployment: Deployment): ReadonlySet<string> {
  if (deployment.version === 0) return new Set();
  return new Set(changes.filter((change) => change.what === "node").map((change) => change.id));
}

function liveIds(deployment: Deployment): ReadonlySet<string> {
  if (!deployment.live) return new Set();
  return new Set(deployment.flow?.nodes.filter((node) => !node.disabled).map((node) => node.id));
}

/** Keeps the object that watchers know when nothing in it is different. */
function sameOr<Items extends readonly Change[] | ReadonlySet<string>>(last: Items, next: Items): Items {
  return canonicalJson([...last]) === canonicalJson([...next]) ? last : next;
}
