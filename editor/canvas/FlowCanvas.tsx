/** The canvas: the document drawn by React Flow, and gestures turned into the model's commands. */
import "reactflow/dist/base.css";
import {
  type DragEvent,
  type KeyboardEvent,
  type RefObject,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from "react";
import {
  Background,
  BackgroundVariant,
  MiniMap,
  type NodeTypes,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
} from "reactflow";
import type { CanvasCommands } from "../actions/action.ts";
import { cardWidth, grid, snap } from "../model/cardSize.ts";
import { addNodeAt, addNodeInWire } from "../model/commands.ts";
import type { FlowSession } from "../model/flowSession.ts";
import { nothingSelected } from "../model/selection.ts";
import { CanvasContext, type CanvasEnv, useCanvas } from "./CanvasContext.ts";
import { CanvasLists } from "./CanvasLists.tsx";
import { CommentCard } from "./CommentCard.tsx";
import { ConnectionHint } from "./ConnectionHint.tsx";
import styles from "./canvas.module.css";
import { draggedType } from "./dragNode.ts";
import { EmptyCanvas } from "./EmptyCanvas.tsx";
import { NodeCard } from "./NodeCard.tsx";
import { type CardNode, Projection, type WireEdge } from "./projection.ts";
import { fitOptions, useCanvasCommands } from "./useCanvasCommands.ts";
import { useConnecting } from "./useConnecting.ts";
import { useFitUntilTouched } from "./useFitUntilTouched.ts";
import { useGestures } from "./useGestures.ts";
import { useValue } from "./useValue.ts";
import { WireLine } from "./WireLine.tsx";
import { ZoomControls } from "./ZoomControls.tsx";
import { ZoomLevel } from "./ZoomLevel.tsx";

interface FlowCanvasProps {
  readonly env: CanvasEnv;
  /** Receives what the canvas can be asked to do. */
  readonly commands: RefObject<CanvasCommands | null>;
}

export function FlowCanvas({ env, commands }: FlowCanvasProps) {
  return (
    <CanvasContext value={env}>
      <ReactFlowProvider key={env.session.id}>
        <Canvas commands={commands} />
      </ReactFlowProvider>
    </CanvasContext>
  );
}

const nodeTypes: NodeTypes = { card: NodeCard, comment: CommentCard };
const edgeTypes = { wire: WireLine };
const snapGrid: [number, number] = [grid, grid];
const multiSelectionKeys = ["Shift", "Meta", "Control"];
const middleButton = [1];
/** Above this many cards only those in sight are drawn. */
const drawAllMax = 300;

function Canvas({ commands }: { readonly commands: FlowCanvasProps["commands"] }) {
  const env = useCanvas();
  const { session, state, run } = env;
  const area = useRef<HTMLDivElement>(null);
  const projection = useMemo(() => new Projection(session.catalogue), [session]);
  const flow = useValue(session.document);
  const selection = useValue(session.selection);
  const live = useValue(session.liveNodes);
  const nodes = projection.nodes(flow, selection, live);
  const edges = projection.edges(flow, selection);
  const canvasCommands = useCanvasCommands(area);
  useImperativeHandle(commands, () => canvasCommands, [canvasCommands]);
  const gestures = useGestures();
  const connecting = useConnecting();
  // An empty flow has nothing to fit, and must not jump when its first card comes.
  const [fitAtOpen] = useState(flow.nodes.length > 0);
  useFitUntilTouched(area, fitAtOpen);

  const drop = (event: DragEvent) => {
    const type = session.catalogue.get(draggedType(event.dataTransfer) ?? "");
    if (!type) return;
    event.preventDefault();
    const pointer = canvasCommands.toCanvas({ x: event.clientX, y: event.clientY });
    const at = [snap(pointer.x - cardWidth / 2), snap(pointer.y - 24)] as const;
    const wire = wireUnder(event.clientX, event.clientY);
    if (wire !== undefined) addNodeInWire(session, type, at, wire);
    else addNodeAt(session, type, at);
    env.announce(`${type.title} added`);
    area.current?.focus();
  };

  return (
    <div
      ref={area}
      role="application"
      className={styles.area}
      aria-label="Canvas"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas takes the focus so that its keys work
      tabIndex={0}
      data-canvas=""
      onKeyDown={(event) => selectWith(session, event)}
      onDragOver={(event) => {
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      }}
      onDrop={drop}
      onDoubleClick={(event) => {
        if (!(event.target as Element).classList.contains("react-flow__pane")) return;
        state.set({ ...state.get(), list: { kind: "add", at: { x: event.clientX, y: event.clientY } } });
      }}
    >
      <ReactFlow<CardNode, WireEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        {...gestures}
        {...connecting}
        connectionRadius={28}
        connectOnClick={false}
        snapToGrid
        snapGrid={snapGrid}
        fitView={fitAtOpen}
        fitViewOptions={fitOptions}
        attributionPosition="bottom-center"
        minZoom={0.1}
        maxZoom={2}
        panOnScroll
        panOnDrag={middleButton}
        selectionOnDrag
        selectionMode={SelectionMode.Partial}
        selectionKeyCode={null}
        multiSelectionKeyCode={multiSelectionKeys}
        deleteKeyCode={null}
        zoomOnDoubleClick={false}
        disableKeyboardA11y
        onlyRenderVisibleElements={flow.nodes.length > drawAllMax}
        elevateNodesOnSelect={false}
      >
        <Background variant={BackgroundVariant.Dots} gap={grid} size={1.5} color="var(--canvas-dot)" />
        {flow.nodes.length > 0 && (
          <MiniMap<CardNode>
            pannable
            zoomable
            ariaLabel="Small map of the flow"
            nodeColor={miniMapColour}
            nodeBorderRadius={12}
            className={styles.miniMap ?? ""}
          />
        )}
        <ZoomControls run={run} />
        <ZoomLevel area={area} />
        <ConnectionHint />
      </ReactFlow>
      {flow.nodes.length === 0 && <EmptyCanvas />}
      <CanvasLists commands={canvasCommands} />
    </div>
  );
}

/**
 * Enter and Space select the card or wire that has the focus; with Shift, besides what is selected. Ctrl+Enter deploys.
 */
function selectWith(session: FlowSession, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target as HTMLElement | SVGElement;
  const { id } = target.dataset;
  if (id === undefined || (event.key !== "Enter" && event.key !== " ")) return;
  const { nodes, wires } = event.shiftKey ? session.selection.get() : nothingSelected;
  if (target.classList.contains("react-flow__node")) {
    session.selection.set({ nodes: new Set([...nodes, id]), wires });
  } else if (target.classList.contains("react-flow__edge")) {
    session.selection.set({ nodes, wires: new Set([...wires, id]) });
  } else return;
  event.preventDefault();
}

function miniMapColour(node: CardNode): string {
  return `var(--tile-${node.data.type?.category ?? "structure"})`;
}

/** A wire under the pointer, into which a dropped node goes. */
function wireUnder(x: number, y: number): string | undefined {
  const edge = document.elementFromPoint(x, y)?.closest(".react-flow__edge");
  return edge?.getAttribute("data-id") ?? undefined;
}
