import type { AnyNodeType, Example } from "../../runtime/core/nodeType.ts";
import { valueText } from "../live/words.ts";
import { Markdown } from "./Markdown.tsx";
import styles from "./NodeHelp.module.css";

/** What a node type does, in its own words, with its examples: the same that the tests run. */
export function NodeHelp({ type }: { readonly type: AnyNodeType }) {
  const examples: readonly Example<object>[] = type.examples;
  return (
    <div className={styles.help}>
      <Markdown source={type.docs} />
      {examples.length > 0 && <h3 className={styles.heading}>Examples</h3>}
      {examples.map((example) => (
        <section key={example.title} className={styles.example}>
          <h4 className={styles.title}>{example.title}</h4>
          <p className={styles.summary}>{summaryOf(type, example.config)}</p>
          <Rows
            caption="In"
            rows={example.given.map((each) => [each.at, each.key ?? "", cell(each.payload)])}
          />
          <Rows
            caption="Out"
            rows={example.expect.map((each) => [
              each.at ?? "",
              each.port,
              [each.topic, cell(each.payload)].filter(Boolean).join(" "),
            ])}
          />
          {example.expect.length === 0 && <p className={styles.nothing}>Nothing comes out.</p>}
        </section>
      ))}
    </div>
  );
}

function Rows({
  caption,
  rows,
}: {
  readonly caption: string;
  readonly rows: readonly (readonly [string, string, string])[];
}) {
  return (
    <table className={styles.table} aria-label={caption}>
      <tbody>
        {rows.map(([at, who, what], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of an example never change
          <tr key={index}>
            <th scope="row">{index === 0 ? caption : ""}</th>
            <td className={styles.at}>{at}</td>
            <td className={styles.who}>{who}</td>
            <td className={styles.what}>{what}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function cell(payload: unknown): string {
  return payload === undefined ? "" : valueText(payload, 120);
}

/** Examples state only what differs from the defaults. */
function summaryOf(type: AnyNodeType, config: object): string {
  const properties = type.config.properties as Record<string, { readonly default?: unknown }>;
  const defaults = Object.entries(properties).flatMap(([name, field]) =>
    field.default === undefined ? [] : [[name, field.default] as const],
  );
  return type.summary({ ...Object.fromEntries(defaults), ...config });
}
