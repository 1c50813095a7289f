/** The data plane's worker with a node type that kills it or hangs it, as its message says. */
import { nodeTypes } from "../../nodes/index.ts";
import { type AnyNodeType, config, defineNode } from "../../runtime/core/api.ts";

const evil = defineNode({
  type: "evil",
  version: 1,
  category: "structure",
  title: "Evil",
  purpose: "",
  icon: "",
  config: config({}),
  docs: "",
  examples: [],
  inputs: [{ name: "in", title: "in" }],
  outputs: [{ name: "out", title: "out" }],
  summary: () => "",
  stateVersion: 1,
  operator: () => ({
    onMessage: (message, _port, ctx) => {
      if (message.payload === "die") process.exit(3);
      while (message.payload === "hang");
      if (message.payload === "grow")
        for (const all: unknown[] = []; ; ) all.push(new Array(2_000_000).fill(all.length));
      ctx.emit("out", message);
    },
  }),
});

(nodeTypes as AnyNodeType[]).push(evil);
await import("../../runtime/worker.ts");
