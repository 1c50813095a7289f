/** Entry of the workers that run the preview and try expressions, so that none of a draft can hold up the page. */
import { nodeTypes } from "../../nodes/index.ts";
import { createCatalogue } from "../../runtime/core/catalogue.ts";
import type { NodeTelemetry, PortTelemetry } from "../../runtime/core/engine/output.ts";
import type { NodeLive, PeekedMessage, PortLive } from "../../runtime/protocol/live.ts";
import { tryExpression } from "../expression/trial.ts";
import { type PeekedInput, Preview, type PreviewTopic } from "../model/preview.ts";
import { browserPlatform } from "./browserPlatform.ts";
import type { FromPreview, ToPreview } from "./previewMessages.ts";

/** The part of a worker's global scope this needs; the types of the page know only windows. */
interface WorkerPort {
  onmessage: ((event: MessageEvent<ToPreview>) => void) | null;
  postMessage(message: FromPreview): void;
}

const port = globalThis as unknown as WorkerPort;
const preview = new Preview(createCatalogue(nodeTypes), browserPlatform);
const passMs = 1000;
let passing: ReturnType<typeof setInterval> | undefined;

port.onmessage = ({ data }) => {
  if (data.type === "try")
    port.postMessage({ type: "tried", trial: tryExpression(data.request, data.limits) });
  else if (data.type === "draw") {
    preview.keepTo(data.limits);
    tell(preview.draw(data.flow, Date.now()));
  } else if (data.type === "take") {
    preview.take(data.messages.map(inputOf));
    tell();
  } else run(data.running);
};

function run(running: boolean): void {
  clearInterval(passing);
  if (!running) return;
  passing = setInterval(() => {
    preview.pass(Date.now());
    tell();
  }, passMs);
}

function tell(topics?: readonly PreviewTopic[]): void {
  const nodes = Object.entries(preview.changed()).map(([id, node]) => [id, liveOf(node)] as const);
  port.postMessage({
    type: "nodes",
    at: Date.now(),
    nodes: Object.fromEntries(nodes),
    ...(topics ? { topics } : {}),
  });
}

function inputOf({ payload, encoding, ...rest }: PeekedMessage): PeekedInput {
  const bytes =
    encoding === "utf8"
      ? new TextEncoder().encode(payload)
      : Uint8Array.from(atob(payload), (each) => each.charCodeAt(0));
  return { ...rest, payload: bytes };
}

function liveOf({ inputs, outputs, ...rest }: NodeTelemetry): NodeLive {
  return { ...rest, inputs: portsOf(inputs), outputs: portsOf(outputs) };
}

/** Only the newest messages are looked at, so there is no rate to tell. */
function portsOf(ports: Readonly<Record<string, PortTelemetry>>): Record<string, PortLive> {
  return Object.fromEntries(
    Object.entries(ports).map(([name, { count, last }]) => [
      name,
      { count, rate: 0, ...(last ? { last: { ...last.message, at: last.at } } : {}) },
    ]),
  );
}
