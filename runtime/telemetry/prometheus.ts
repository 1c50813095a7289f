/** Metrics as text, in the exposition format of Prometheus (text/plain; version=0.0.4). */

export interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge";
  /** One line, for people. */
  readonly help: string;
}

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export const prometheusType = "text/plain; version=0.0.4; charset=utf-8";

/** Metrics without samples are left out: what is not known is not zero. */
export function prometheusText(metrics: Iterable<readonly [Metric, readonly Sample[]]>): string {
  let text = "";
  for (const [{ name, type, help }, samples] of metrics) {
    if (samples.length === 0) continue;
    text += `# HELP ${name} ${help.replace(/[\\\n]/g, escapes)}\n# TYPE ${name} ${type}\n`;
    for (const { labels = {}, value } of samples) text += `${name}${labelsText(labels)} ${value}\n`;
  }
  return text;
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replace(/[\\\n"]/g, escapes)}"`,
  );
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

function escapes(character: string): string {
  return character === "\n" ? "\\n" : `\\${character}`;
}
