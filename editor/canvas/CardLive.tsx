/** Row two of a card: what comes through, the last value and whose it is, how long ago. Numbers never move the rest. */
import type { ReactNode } from "react";
import type { NodeLive, PortLive, SampleLive } from "../../runtime/protocol/live.ts";
import { useNodePreview } from "../live/hooks.ts";
import { ageText, groupDigits, rateText } from "../live/words.ts";
import styles from "./card.module.css";
import { clock } from "./clock.ts";
import { type SamplePart, sampleParts } from "./sampleParts.ts";
import { useValue } from "./useValue.ts";

export function CardLive({ live }: { readonly live: NodeLive | undefined }) {
  return <RowTwo first={live ? activity(live) : "–"} sample={live && lastSample(live)} />;
}

/** Of a node that does not run: what it would do. Only the newest messages are looked at, so there is no rate. */
export function CardPreview({ node }: { readonly node: string }) {
  const preview = useNodePreview(node);
  return (
    <RowTwo first={<span className={styles.preview}>preview</span>} sample={preview && lastSample(preview)} />
  );
}

interface RowTwoProps {
  readonly first: ReactNode;
  readonly sample: SampleLive | undefined;
}

function RowTwo({ first, sample }: RowTwoProps) {
  return (
    <div className={styles.rowTwo}>
      <span className={styles.rate}>{first}</span>
      <span className={styles.last}>
        {sample ? (
          <>
            <span className={styles.key}>{sample.key}</span>
            <Payload sample={sample} />
          </>
        ) : (
          "nothing yet"
        )}
      </span>
      <span className={styles.age}>{sample && <Age at={sample.at} />}</span>
    </div>
  );
}

/** What the node says of itself, unless that is on the badge already; else how much comes through, or came at all. */
function activity(live: NodeLive): string {
  if (live.status?.level === "ok") return live.status.text;
  const rate = sumOf(live, (port) => port.rate);
  return rate > 0 ? rateText(rate) : `${groupDigits(sumOf(live, (port) => port.count))}×`;
}

/** The first value alone, whole: a long name gives way to it, and the tooltip has the others. */
function Payload({ sample }: { readonly sample: SampleLive }) {
  const parts = sampleParts(sample);
  const [first] = parts;
  if (!first) return null;
  return (
    <>
      {first.name !== undefined && <span className={styles.field}>{first.name}:</span>}
      <b title={parts.map(partText).join(", ")}>{first.value}</b>
    </>
  );
}

function partText({ name, value }: SamplePart): string {
  return name === undefined ? value : `${name}: ${value}`;
}

function Age({ at }: { readonly at: number }) {
  return ageText(at, useValue(clock));
}

/** Over the ports that messages leave by; of nodes that only take, those they come by. */
function sumOf(live: NodeLive, of: (port: PortLive) => number): number {
  const ports = Object.values(Object.keys(live.outputs).length > 0 ? live.outputs : live.inputs);
  return ports.reduce((sum, port) => sum + of(port), 0);
}

/** The newest that left; of nodes that only take, the newest that came. */
function lastSample(live: NodeLive): SampleLive | undefined {
  const newest = (ports: NodeLive["outputs"]) =>
    Object.values(ports).reduce<SampleLive | undefined>(
      (best, { last }) => (last && (!best || last.at > best.at) ? last : best),
      undefined,
    );
  return newest(live.outputs) ?? newest(live.inputs);
}
