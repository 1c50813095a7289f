import type { AnyNodeType, Port } from "../../runtime/core/nodeType.ts";
import type { NodeLive, PortLive, SampleLive } from "../../runtime/protocol/live.ts";
import { useNodeLive, useNodePreview, useNow } from "../live/hooks.ts";
import { agoText, bytesText, clockText, groupDigits, rateText } from "../live/words.ts";
import { JsonTree } from "./JsonTree.tsx";
import styles from "./LivePanel.module.css";
import { portsOf, type ShownNode } from "./ports.ts";

interface LivePanelProps {
  readonly node: ShownNode;
  readonly type: AnyNodeType | undefined;
  /** The node runs as it is drawn; else the preview of the draft is shown. */
  readonly runs: boolean;
}

/** What goes through a node right now, or would: status, mistakes, and the newest message of every port. */
export function LivePanel({ node, type, runs }: LivePanelProps) {
  const preview = useNodePreview(runs ? undefined : node.id);
  const deployed = useNodeLive(node.id);
  const now = useNow();
  const live = preview ?? deployed;
  if (!live) {
    return (
      <p className={styles.empty}>
        {runs
          ? "Nothing heard of this node yet. Its messages appear here while the deployed flow runs."
          : "No message came yet. What this node would do with the next one appears here, before it is deployed."}
      </p>
    );
  }
  const { inputs, outputs } = portsOf(node, type, live);
  return (
    <div className={styles.panel}>
      {!runs && <p className={styles.empty}>{preview ? previewWords : changedWords}</p>}
      {live.status && <p className={styles[live.status.level]}>{live.status.text}</p>}
      <Troubles live={live} now={now} />
      {inputs.map((port) => (
        <PortSection
          key={`in ${port.name}`}
          direction="in"
          port={port}
          live={live.inputs[port.name]}
          preview={preview !== undefined}
          now={now}
        />
      ))}
      {outputs.map((port) => (
        <PortSection
          key={`out ${port.name}`}
          direction="out"
          port={port}
          live={live.outputs[port.name]}
          preview={preview !== undefined}
          now={now}
        />
      ))}
    </div>
  );
}

const previewWords = "Preview: what this node would do with the messages that come now. Nothing is sent.";
const changedWords = "This is how it runs now, before your changes.";

function Troubles({ live, now }: { readonly live: NodeLive; readonly now: number }) {
  const drops = Object.entries(live.drops).filter(([, count]) => count > 0);
  return (
    <>
      {live.lastError && (
        <div className={styles.error}>
          <strong>{groupDigits(live.failed)} failed</strong>, last {agoText(live.lastError.at, now)}:{" "}
          {live.lastError.text}
        </div>
      )}
      {drops.length > 0 && (
        <div className={styles.warning}>
          Dropped: {drops.map(([reason, count]) => `${groupDigits(count)} ${reason}`).join(", ")}
        </div>
      )}
    </>
  );
}

interface PortSectionProps {
  readonly direction: "in" | "out";
  readonly port: Port;
  readonly live: PortLive | undefined;
  /** A part of what comes is looked at, so a rate would say nothing. */
  readonly preview: boolean;
  readonly now: number;
}

function PortSection({ direction, port, live, preview, now }: PortSectionProps) {
  return (
    <section className={styles.port}>
      <header className={styles.head}>
        <span className={styles.direction}>{direction === "in" ? "In" : "Out"}</span>
        <span className={styles.name}>{port.title}</span>
        <span className={styles.counts}>{portWords(live, preview)}</span>
      </header>
      {live?.last && <SampleView sample={live.last} now={now} />}
    </section>
  );
}

function portWords(live: PortLive | undefined, preview: boolean): string {
  if (!live || (preview && live.count === 0)) return "nothing yet";
  return preview ? "preview" : `${rateText(live.rate)} · ${groupDigits(live.count)} in all`;
}

function SampleView({ sample, now }: { readonly sample: SampleLive; readonly now: number }) {
  return (
    <>
      <p className={styles.from}>
        <strong>{sample.key || "no key"}</strong> · {agoText(sample.at, now)} · measured{" "}
        {clockText(sample.time)}
      </p>
      {sample.topic !== "" && <p className={styles.topic}>{sample.topic}</p>}
      <div className={styles.payload}>
        {sample.payloadBytes === undefined ? (
          <JsonTree value={sample.payload} open={2} />
        ) : (
          <span className={styles.from}>too large to show here ({bytesText(sample.payloadBytes)})</span>
        )}
      </div>
    </>
  );
}
