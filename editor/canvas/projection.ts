/**
 * The document as React Flow's nodes and edges. What did not change keeps its identity, so that a drag draws one
 * card and its wires again, not a thousand. Live data has no place here.
 */
import { type Edge, type Node, type NodeHandle, Position } from "reactflow";
import type { AnyNodeType } from "../../runtime/core/api.ts";
import type { Catalogue } from "../../runtime/core/catalogue.ts";
import { type FlowDocument, type FlowNode, parseWire, type Wire } from "../../runtime/core/flow/document.ts";
import { cardSize, commentType, portCentre } from "../model/cardSize.ts";
import { titleOf } from "../model/commands.ts";
import { positionOf } from "../model/placement.ts";
import { portsOf, type ShownPort, type ShownPorts, wiredPorts } from "../model/ports.ts";
import type { Selection } from "../model/selection.ts";

export interface CardData extends Record<string, unknown> {
  readonly node: FlowNode;
  readonly type: AnyNodeType | undefined;
  readonly title: string;
  readonly ports: ShownPorts;
  /** The node runs: the card has its second row. */
  readonly live: boolean;
  /** It does not, and would: the second row shows what it would do, and nothing moves when it is deployed. */
  readonly preview: boolean;
}
export type CardNode = Node<CardData, "card" | "comment">;
export interface WireData extends Record<string, unknown> {
  /** Shows the rate. Of a card with several outputs the ports do, where there is no doubt which is meant. */
  readonly chip: boolean;
}
export type WireEdge = Edge<WireData, "wire">;

/** Side of a port's glyph. Its target is larger, see card.module.css. */
const glyph = 12;

export class Projection {
  readonly #catalogue: Catalogue;
  #cards = new Map<string, CardNode>();
  #edges = new Map<string, WireEdge>();
  #nodeList: CardNode[] = [];
  #edgeList: WireEdge[] = [];

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** @param live nodes that run */
  nodes(flow: FlowDocument, selection: Selection, live: ReadonlySet<string>): CardNode[] {
    const wired = wiredPorts(flow);
    const cards = new Map<string, CardNode>();
    for (const node of flow.nodes) {
      const type = this.#catalogue.get(node.type);
      const [x, y] = positionOf(flow, node.id);
      const selected = selection.nodes.has(node.id);
      const last = this.#cards.get(node.id);
      const data = cardData(node, type, portsOf(node, type, wired), live.has(node.id), last?.data);
      const same =
        last?.data === data && last.position.x === x && last.position.y === y && last.selected === selected;
      cards.set(node.id, same ? last : cardNode(data, { x, y }, selected));
    }
    this.#cards = cards;
    this.#nodeList = sameOr(this.#nodeList, [...cards.values()]);
    return this.#nodeList;
  }

  /** After {@link nodes} of the same document. */
  edges(flow: FlowDocument, selection: Selection): WireEdge[] {
    const edges = new Map<string, WireEdge>();
    for (const text of flow.wires) {
      const selected = selection.wires.has(text);
      const last = this.#edges.get(text);
      const wire = parseWire(text);
      if (!wire) continue;
      const chip = this.#cards.get(wire.from.node)?.data.ports.outputs.length === 1;
      const same = last?.selected === selected && last.data?.chip === chip;
      const edge = same ? last : wireEdge(text, wire, selected, chip);
      edges.set(text, edge);
    }
    this.#edges = edges;
    this.#edgeList = sameOr(this.#edgeList, [...edges.values()]);
    return this.#edgeList;
  }
}

function cardData(
  node: FlowNode,
  type: AnyNodeType | undefined,
  ports: ShownPorts,
  live: boolean,
  last: CardData | undefined,
): CardData {
  const samePorts = last && namesOf(last.ports) === namesOf(ports);
  if (samePorts && last.node === node && last.live === live) return last;
  const preview = !live && !node.disabled && type !== undefined && node.type !== commentType;
  return { node, type, title: titleOf(node, type), ports, live, preview };
}

function cardNode(data: CardData, position: { x: number; y: number }, selected: boolean): CardNode {
  const { width, height } = cardSize(data.node, data.ports, data.live || data.preview);
  return {
    id: data.node.id,
    type: data.node.type === commentType ? "comment" : "card",
    position,
    data,
    selected,
    width,
    height,
    // Given up front, so that React Flow need not measure the page before it draws.
    measured: { width, height },
    handles: [
      ...data.ports.inputs.map((port, index) =>
        handle(port, "target", index, data.ports.inputs.length, height),
      ),
      ...data.ports.outputs.map((port, index) =>
        handle(port, "source", index, data.ports.outputs.length, height),
      ),
    ],
    ariaLabel: data.title,
  };
}

function handle(
  port: ShownPort,
  type: "source" | "target",
  index: number,
  count: number,
  height: number,
): NodeHandle {
  return {
    id: port.name,
    type,
    position: type === "source" ? Position.Right : Position.Left,
    x: (type === "source" ? 240 : 0) - glyph / 2,
    y: portCentre(index, count, height) - glyph / 2,
    width: glyph,
    height: glyph,
  };
}

function wireEdge(text: string, wire: Wire, selected: boolean, chip: boolean): WireEdge {
  return {
    id: text,
    type: "wire",
    source: wire.from.node,
    sourceHandle: wire.from.port,
    target: wire.to.node,
    targetHandle: wire.to.port,
    selected,
    data: { chip },
    ariaLabel: `Wire ${text.replace("->", "to")}`,
  };
}

function namesOf(ports: ShownPorts): string {
  const names = (list: readonly ShownPort[]) =>
    list.map((port) => `${port.name}:${port.title}:${port.missing ?? ""}`);
  return [names(ports.inputs).join(), names(ports.outputs).join()].join("|");
}

function sameOr<Item>(last: Item[], next: Item[]): Item[] {
  return last.length === next.length && next.every((item, index) => item === last[index]) ? last : next;
}
