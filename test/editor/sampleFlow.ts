/** A small catalogue and flow for tests of the editor's model: a source, two steps in a row, a sink that wants numbers. */

import type { DraftMirror, MirroredDraft } from "../../editor/model/draftMirror.ts";
import type { DraftStore, SaveAnswer } from "../../editor/model/draftSaver.ts";
import { type Deployment, FlowSession } from "../../editor/model/flowSession.ts";
import { config, defineNode, field, type Operator } from "../../runtime/core/api.ts";
import { createCatalogue } from "../../runtime/core/catalogue.ts";
import { type FlowDocument, flowFormat } from "../../runtime/core/flow/document.ts";
import { testPlatform } from "../harness/platform.ts";

const idle = (): Operator<undefined> => ({ onMessage: () => undefined });
const common = { version: 1, icon: "M0 0", docs: "", examples: [], stateVersion: 1, operator: idle } as const;

const source = defineNode({
  ...common,
  type: "source",
  category: "devices",
  title: "Source",
  purpose: "says something",
  config: config({ topic: field.text({ title: "Topic", default: "a/b" }) }),
  inputs: [],
  outputs: [{ name: "out", title: "out" }],
  summary: ({ topic }) => topic,
});

const step = defineNode({
  ...common,
  type: "step",
  category: "transform",
  title: "Step",
  purpose: "passes on",
  config: config({ level: field.number({ title: "Level", default: 1 }) }),
  inputs: [{ name: "in", title: "in" }],
  outputs: [{ name: "out", title: "out" }],
  summary: ({ level }) => `level ${level}`,
});

const words = defineNode({
  ...common,
  type: "words",
  category: "transform",
  title: "Words",
  purpose: "makes text",
  config: config({}),
  inputs: [{ name: "in", title: "in" }],
  outputs: [{ name: "out", title: "out", payload: "text" }],
  summary: () => "text",
});

const sink = defineNode({
  ...common,
  type: "sink",
  category: "act",
  title: "Sink",
  purpose: "takes numbers",
  config: config({}),
  inputs: [{ name: "in", title: "in", payload: "number" }],
  outputs: [],
  summary: () => "numbers",
});

export const catalogue = createCatalogue([source, step, words, sink]);

/** n1 source → n2 step → n3 step → n4 sink, in a row; n5 words stands alone below. */
export const sampleFlow: FlowDocument = {
  format: flowFormat,
  id: "sample",
  name: "Sample",
  nodes: [
    { id: "n1", type: "source", version: 1, config: { topic: "a/b" } },
    { id: "n2", type: "step", version: 1, config: { level: 1 } },
    { id: "n3", type: "step", version: 1, name: "Second", config: { level: 2 } },
    { id: "n4", type: "sink", version: 1, config: {} },
    { id: "n5", type: "words", version: 1, config: {} },
  ],
  wires: ["n1.out -> n2.in", "n2.out -> n3.in", "n3.out -> n4.in"],
  layout: { n1: [0, 0], n2: [320, 0], n3: [640, 0], n4: [960, 0], n5: [0, 320] },
  tests: [],
};

export class MemoryMirror implements DraftMirror {
  readonly kept = new Map<string, MirroredDraft>();
  keep(draft: MirroredDraft): void {
    this.kept.set(draft.flow.id, draft);
  }
  forget(flow: string): void {
    this.kept.delete(flow);
  }
  read(flow: string): MirroredDraft | undefined {
    return this.kept.get(flow);
  }
  flush(): void {
    // Nothing waits here.
  }
}

/** Answers each save when the test says so. */
export class ManualStore implements DraftStore {
  readonly saves: { flow: FlowDocument; revision: number; answer: (answer: SaveAnswer) => void }[] = [];
  save(flow: FlowDocument, revision: number): Promise<SaveAnswer> {
    return new Promise((answer) => this.saves.push({ flow, revision, answer }));
  }
}

export function openSession(
  draft: FlowDocument = sampleFlow,
  deployment: Deployment = { version: 0, live: false },
): FlowSession {
  return new FlowSession(
    { draft, revision: 1, deployment },
    { catalogue, platform: testPlatform, store: new ManualStore(), mirror: new MemoryMirror() },
  );
}
