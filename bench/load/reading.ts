/**
 * The stream of readings the benchmarks send: devices in turn, each ten cool readings, then ten warm ones, so that a
 * tenth of all messages makes the alarm rise or clear.
 */
import type { FlowDocument } from "../../runtime/core/flow/document.ts";

/** The first reading of each makes no output: nothing has been raised yet. */
export const devices = 100;
const readingsPerPhase = 10;
export const alarmAbove = 30;

export function topicOf(index: number): string {
  return `sensors/dev-${index % devices}/telemetry`;
}

/** @param perPhase how many readings of a device are alike before they change */
export function payloadOf(index: number, perPhase = readingsPerPhase): string {
  const warm = Math.floor(Math.floor(index / devices) / perPhase) % 2 === 1;
  const temperature = (warm ? 28 : 18) + (index % 7) / 10;
  return JSON.stringify({ temperature, humidity: 40 + (index % 5), battery: 3.1, unit: "C" });
}

/** What a person feels: the rule that both sides compute. */
export const feelsExpression =
  '{ "feels": payload.temperature + 0.1 * payload.humidity, "unit": payload.unit }';

/** MQTT → JSONata transform → threshold → MQTT. */
export function referenceFlow(qos: 0 | 1): FlowDocument {
  const out = { topic: "alarms/{device}", connection: "bench", qos: String(qos) };
  return {
    format: 1,
    id: "reference",
    name: "reference",
    nodes: [
      node("in", "mqtt-in", { topic: "sensors/{device}/telemetry", connection: "bench", qos: String(qos) }),
      node("feels", "transform", { expression: feelsExpression }),
      node("hot", "threshold", { value: "payload.feels", when: "above", setPoint: alarmAbove }),
      node("out", "mqtt-out", out),
    ],
    wires: ["in.out -> feels.in", "feels.out -> hot.in", "hot.raised -> out.in", "hot.cleared -> out.in"],
    layout: {},
    tests: [],
  };
}

function node(id: string, type: string, config: Record<string, unknown>): FlowDocument["nodes"][number] {
  return { id, type, version: 1, config };
}
