/** The ports of a card: round for messages, square for events, with a label on hover and when a side has several. */
import { Handle, Position } from "reactflow";
import type { NodeLive } from "../../runtime/protocol/live.ts";
import { rateText } from "../live/words.ts";
import { portCentre } from "../model/cardSize.ts";
import type { ShownPort, ShownPorts } from "../model/ports.ts";
import { useCanvas } from "./CanvasContext.ts";
import styles from "./card.module.css";

interface CardPortsProps {
  readonly node: string;
  readonly title: string;
  readonly ports: ShownPorts;
  readonly height: number;
  readonly live: NodeLive | undefined;
  /** The ports are stops of the Tab key: those of a selected card are, or a large flow would have thousands. */
  readonly reachable: boolean;
}

export function CardPorts({ node, title, ports, height, live, reachable }: CardPortsProps) {
  return (
    <>
      {ports.inputs.map((port, index) => (
        <PortHandle
          key={port.name}
          node={node}
          label={`Input ${port.title} of ${title}`}
          port={port}
          side="input"
          several={ports.inputs.length > 1}
          reachable={reachable}
          lowest={index === ports.inputs.length - 1}
          top={portCentre(index, ports.inputs.length, height)}
        />
      ))}
      {ports.outputs.map((port, index) => (
        <PortHandle
          key={port.name}
          node={node}
          label={`Output ${port.title} of ${title}`}
          port={port}
          side="output"
          several={ports.outputs.length > 1}
          reachable={reachable}
          lowest={index === ports.outputs.length - 1}
          rate={live?.outputs[port.name]?.rate}
          top={portCentre(index, ports.outputs.length, height)}
        />
      ))}
    </>
  );
}

interface PortHandleProps {
  readonly node: string;
  readonly label: string;
  readonly port: ShownPort;
  readonly side: "input" | "output";
  readonly several: boolean;
  readonly lowest: boolean;
  readonly reachable: boolean;
  readonly rate?: number | undefined;
  readonly top: number;
}

function PortHandle({ node, label, port, side, several, lowest, reachable, rate, top }: PortHandleProps) {
  const { state } = useCanvas();
  /** A click or Enter, unlike a drag, asks what could come here. */
  const open = (at?: { x: number; y: number }) => {
    if (port.missing) return;
    const from = { node, port: port.name, side };
    state.set({ ...state.get(), list: { kind: "connect", from, ...(at ? { at } : {}) } });
  };
  const classes = [
    styles.port,
    side === "input" ? styles.input : styles.output,
    port.shape === "event" && styles.event,
    several && styles.several,
    several && lowest && styles.lowest,
    port.missing && styles.missing,
  ];
  return (
    <Handle
      id={port.name}
      type={side === "output" ? "source" : "target"}
      position={side === "output" ? Position.Right : Position.Left}
      className={classes.filter(Boolean).join(" ")}
      style={{ top }}
      role="button"
      aria-label={port.missing ? `${label}, which does not exist` : label}
      title={port.help}
      isConnectable={!port.missing}
      tabIndex={reachable && !port.missing ? 0 : -1}
      onClick={(event) => {
        event.stopPropagation();
        open({ x: event.clientX + (side === "output" ? 24 : -24), y: event.clientY });
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        open();
      }}
    >
      <span className={styles.portLabel}>
        {port.missing ? `${port.title} is gone` : port.title}
        {several && rate !== undefined && <span className={styles.portRate}>{rateText(rate)}</span>}
      </span>
    </Handle>
  );
}
