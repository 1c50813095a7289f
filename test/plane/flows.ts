/** Flows for tests of the data plane. */
import { type FlowDocument, flowFormat } from "../../runtime/core/flow/document.ts";
import type { ConnectionSpec } from "../../runtime/plane/messages.ts";

export function flowOf(
  id: string,
  nodes: Readonly<Record<string, readonly [type: string, config?: Record<string, unknown>]>>,
  wires: readonly string[],
): FlowDocument {
  return {
    format: flowFormat,
    id,
    name: id,
    nodes: Object.entries(nodes).map(([node, [type, config]]) => ({
      id: node,
      type,
      version: 1,
      config: config ?? {},
    })),
    wires,
    layout: {},
    tests: [],
  };
}

/** Raises on out/{device} when in/{device} was above 26 for the duration, clears at 25. */
export function alarmFlow(id = "alarm", duration = "0 s", setPoint = 26): FlowDocument {
  return flowOf(
    id,
    {
      sensor: ["mqtt-in", { topic: "in/{device}", format: "number", connection: "main" }],
      hot: ["threshold", { value: "payload", when: "above", setPoint, clearPoint: 25, for: duration }],
      raise: ["mqtt-out", { topic: "out/{device}", payload: '"raised"', format: "text", connection: "main" }],
      clear: [
        "mqtt-out",
        { topic: "out/{device}", payload: '"cleared"', format: "text", connection: "main" },
      ],
    },
    ["sensor.out -> hot.in", "hot.raised -> raise.in", "hot.cleared -> clear.in"],
  );
}

export function connectionTo(port: number): ConnectionSpec {
  return {
    config: {
      name: "main",
      url: `mqtt://127.0.0.1:${port}`,
      protocol: "3.1.1",
      keepaliveS: 30,
      persistentSession: false,
    },
    secrets: {},
    embedded: true,
  };
}
