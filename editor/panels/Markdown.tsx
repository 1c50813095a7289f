import { type JSX, useMemo } from "react";
import styles from "./Markdown.module.css";
import { type Block, parseMarkdown, type Span } from "./markdown.ts";

/** Markdown as elements; nothing in it is ever taken as HTML. */
export function Markdown({ source }: { readonly source: string }) {
  const blocks = useMemo(() => parseMarkdown(source), [source]);
  return (
    <div className={styles.markdown}>
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks are static text without an identity of their own
        <BlockOf key={index} block={block} />
      ))}
    </div>
  );
}

function BlockOf({ block }: { readonly block: Block }): JSX.Element {
  switch (block.kind) {
    case "heading":
      return block.level < 3 ? (
        <h3>
          <Spans spans={block.text} />
        </h3>
      ) : (
        <h4>
          <Spans spans={block.text} />
        </h4>
      );
    case "paragraph":
      return (
        <p>
          <Spans spans={block.text} />
        </p>
      );
    case "quote":
      return (
        <blockquote>
          <Spans spans={block.text} />
        </blockquote>
      );
    case "code":
      return <pre>{block.text}</pre>;
    case "list": {
      const items = block.items.map((item) => (
        <li key={JSON.stringify(item)}>
          <Spans spans={item} />
        </li>
      ));
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case "table":
      return (
        <div className={styles.scroll}>
          <table>
            <thead>
              <tr>
                {block.head.map((cell) => (
                  <th key={JSON.stringify(cell)}>
                    <Spans spans={cell} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row) => (
                <tr key={JSON.stringify(row)}>
                  {row.map((cell, column) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the column is a cell's identity
                    <td key={column}>
                      <Spans spans={cell} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
  }
}

function Spans({ spans }: { readonly spans: readonly Span[] }) {
  return spans.map((span, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: spans are static text without an identity of their own
    <SpanOf key={index} span={span} />
  ));
}

function SpanOf({ span }: { readonly span: Span }) {
  switch (span.kind) {
    case "text":
      return span.text;
    case "strong":
      return <strong>{span.text}</strong>;
    case "emphasis":
      return <em>{span.text}</em>;
    case "code":
      return <code>{span.text}</code>;
    case "link":
      return (
        <a href={span.href} target="_blank" rel="noreferrer noopener">
          {span.text}
        </a>
      );
  }
}
