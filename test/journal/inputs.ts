import type { MqttInput } from "../../runtime/core/engine/input.ts";
import type { JournalInput } from "../../runtime/core/engine/journal.ts";
import { emptyFlow } from "../../runtime/core/flow/document.ts";

export function message(topic: string, text: string, packetId?: number): MqttInput {
  const payload = new TextEncoder().encode(text);
  const input = { kind: "mqtt", connection: "main", topic, payload, retained: false } as const;
  return packetId === undefined ? input : { ...input, packetId };
}

/** One of every kind, and every shape of it. */
export const everyKind: readonly JournalInput[] = [
  message("a/b", "21.5"),
  message("a/b", "22", 65_535),
  { ...message("ünïcode/🏠", ""), retained: true },
  { ...message("a/b", "x", 1), connection: "other", retained: true },
  { kind: "inject", flow: "f", node: "n", payload: { a: [1, null, "ü"] } },
  { kind: "inject", flow: "f", node: "n" },
  { kind: "deploy", flow: emptyFlow("f", "A flow"), version: 3 },
  { kind: "remove", flow: "f" },
  { kind: "pause", flow: "f" },
  { kind: "resume", flow: "f", missed: "catch up" },
  { kind: "settled", effects: ["f/12.0", "f/12.1"] },
];
