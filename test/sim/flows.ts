/** Flows whose results show every message that was lost, counted twice or judged twice. */
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import { flowOf } from "../plane/flows.ts";

const source = ["mqtt-in", { topic: "in/{device}", format: "json", connection: "main", qos: "2" }] as const;

function sink(topic: string, qos: "1" | "2"): readonly [string, Record<string, unknown>] {
  return ["mqtt-out", { topic: `out/${topic}/{device}`, payload: "payload", connection: "main", qos }];
}

/** Readings are `{ n }`, counted up per device. */
export const flows: readonly FlowDocument[] = [
  // How many there were and their sum: of n in order from 0 both follow from each other.
  flowOf(
    "count",
    { in: source, node: ["counter", { what: "sum", value: "payload.n" }], out: sink("count", "1") },
    ["in.out -> node.in", "node.out -> out.in"],
  ),
  // Each once, 5 s later: timers.
  flowOf("later", { in: source, node: ["delay", { by: "5 s" }], out: sink("later", "2") }, [
    "in.out -> node.in",
    "node.out -> out.in",
  ]),
  // All in some window, none in two.
  flowOf(
    "window",
    {
      in: source,
      node: [
        "window",
        {
          size: "10 s",
          aggregates: [{ name: "list", function: "collect", value: "payload.n", length: 1000 }],
        },
      ],
      out: sink("window", "1"),
    },
    ["in.out -> node.in", "node.out -> out.in"],
  ),
];
