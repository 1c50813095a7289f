import { useMemo, useState } from "react";
import { useNodeHistory, useNow } from "../live/hooks.ts";
import { type ChartSubject, keysOf, levelsNear, type Point, pointsOf } from "./chartData.ts";
import styles from "./ValueChart.module.css";

interface ValueChartProps {
  readonly node: string;
  readonly subject: ChartSubject;
  /** The node runs as it is drawn; else the messages of the preview are shown. */
  readonly runs: boolean;
}

/**
 * The last minutes of what a rule looks at, for one device, as this page has seen them. Nothing until there are
 * enough messages to see a line.
 */
export function ValueChart({ node, subject, runs }: ValueChartProps) {
  const samples = useNodeHistory(node, runs);
  const now = useNow();
  const [chosen, setChosen] = useState<string>();
  const keys = keysOf(samples);
  const key = chosen !== undefined && keys.includes(chosen) ? chosen : keys[0];
  const points = useMemo(
    () => (key === undefined ? [] : pointsOf(samples, key, subject.source)),
    [samples, key, subject.source],
  );
  const last = points.at(-1);
  if (key === undefined || !last || points.length < pointsMin) return null;
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.caption}>
        <span className={styles.title}>{runs ? "Last minutes" : "Last minutes, preview"}</span>
        {keys.length > 1 ? (
          <select
            className={styles.key}
            aria-label="Device on the chart"
            value={key}
            onChange={(event) => setChosen(event.currentTarget.value)}
          >
            {keys.map((each) => (
              <option key={each} value={each}>
                {each || "no key"}
              </option>
            ))}
          </select>
        ) : (
          <span className={styles.only}>{key}</span>
        )}
      </figcaption>
      <Plot points={points} last={last} subject={subject} now={now} />
    </figure>
  );
}

interface PlotProps {
  readonly points: readonly Point[];
  readonly last: Point;
  readonly subject: ChartSubject;
  readonly now: number;
}

function Plot({ points, last, subject, now }: PlotProps) {
  const levels = levelsNear(subject.levels, points);
  const all = [...points, ...levels].map((each) => each.value);
  const low = Math.min(...all);
  const high = Math.max(...all);
  const spanMs = Math.max(spanMsMin, now - points[0]!.at);
  const x = (at: number) => width * (1 - Math.max(0, now - at) / spanMs);
  const y = (value: number) =>
    high === low ? height / 2 : pad + ((high - value) / (high - low)) * (height - 2 * pad);
  // A reading holds until the next one: the line goes on to the right edge.
  const drawn = [...points, { at: now, value: last.value }];
  return (
    <div className={styles.frame}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`From ${short(low)} to ${short(high)}, now ${short(last.value)}`}
      >
        {levels.map((level) => (
          <line key={level.title} x1="0" x2={width} y1={y(level.value)} y2={y(level.value)} />
        ))}
        <polyline
          points={drawn.map(({ at, value }) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ")}
        />
      </svg>
      {spread([{ title: "now", value: last.value }, ...levels], y).map(({ title, value, top }) => (
        <span key={title} className={title === "now" ? styles.now : styles.level} style={{ top }}>
          {title === "now" ? short(value) : `${title.toLowerCase()} ${short(value)}`}
        </span>
      ))}
    </div>
  );
}

/** Labels beside the plot, moved apart where they would cover each other. */
function spread(
  labels: readonly { readonly title: string; readonly value: number }[],
  y: (value: number) => number,
) {
  const placed: { readonly title: string; readonly value: number; readonly top: number }[] = [];
  const sorted = [...labels].sort((a, b) => b.value - a.value);
  let free = 0;
  for (const [index, label] of sorted.entries()) {
    const room = height - labelHeight * (sorted.length - index);
    const top = Math.max(free, Math.min(room, y(label.value) - labelHeight / 2));
    placed.push({ ...label, top });
    free = top + labelHeight;
  }
  return placed;
}

/** Four digits tell the edges of a line apart. */
function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

const width = 200;
const height = 88;
const pad = 8;
const labelHeight = 16;
const pointsMin = 3;
const spanMsMin = 60_000;
