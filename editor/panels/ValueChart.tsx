import type { Point } from "../live/history.ts";
import styles from "./ValueChart.module.css";

interface ValueChartProps {
  /** Oldest first; only those of the newest key are drawn. */
  readonly points: readonly Point[];
  readonly now: number;
}

/** The last minutes of one device's value, as this page has seen them. Nothing until there are enough to see a line. */
export function ValueChart({ points, now }: ValueChartProps) {
  const key = points.at(-1)?.key;
  const line = points.filter((point) => point.key === key);
  const first = line[0];
  const last = line.at(-1);
  if (!first || !last || line.length < pointsMin) return null;
  const values = line.map((point) => point.value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const spanMs = Math.max(60_000, now - first.at);
  const x = (at: number) => width - ((now - at) / spanMs) * width;
  const y = (value: number) =>
    high === low ? height / 2 : pad + ((high - value) / (high - low)) * (height - 2 * pad);
  const drawn = line.map((point) => `${x(point.at).toFixed(1)},${y(point.value).toFixed(1)}`).join(" ");
  const title = `Last ${Math.ceil(spanMs / 60_000)} min${key ? `, ${key}` : ""}`;
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.title}>{title}</figcaption>
      <div className={styles.frame}>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title}: from ${low} to ${high}, now ${last.value}`}
        >
          <polyline points={drawn} />
        </svg>
        <span className={styles.high}>{short(high)}</span>
        {high !== low && <span className={styles.low}>{short(low)}</span>}
      </div>
    </figure>
  );
}

/** Four digits tell the edges of a line apart. */
function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

const width = 224;
const height = 72;
const pad = 8;
const pointsMin = 3;
