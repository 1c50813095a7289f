/** Node types to add, grouped by what one wants to do: dragged, clicked, or found by writing and Enter. */
import { type Ref, useState } from "react";
import { type AnyNodeType, type Category, categories } from "../../runtime/core/api.ts";
import type { Catalogue } from "../../runtime/core/catalogue.ts";
import { startDrag } from "../canvas/dragNode.ts";
import { NodeTile } from "../panels/NodeTile.tsx";
import styles from "./palette.module.css";

interface PaletteProps {
  readonly ref: Ref<HTMLInputElement>;
  readonly catalogue: Catalogue;
  readonly shown: boolean;
  /** Over the canvas instead of beside it. */
  readonly overlay: boolean;
  readonly onAdd: (type: AnyNodeType) => void;
  /** Escape with nothing written, over the canvas. */
  readonly onClose: () => void;
}

export function Palette({ ref, catalogue, shown, overlay, onAdd, onClose }: PaletteProps) {
  const [query, setQuery] = useState("");
  const found = [...catalogue.values()].filter((type) => matches(type, query));
  if (!shown) return null;
  return (
    <aside
      className={`${styles.palette} ${overlay ? styles.overlay : ""}`}
      aria-label="Palette"
      onKeyDown={(event) => {
        if (event.key === "Escape" && overlay && query === "") onClose();
      }}
    >
      <div className={styles.search}>
        <input
          ref={ref}
          type="search"
          aria-label="Find a node"
          placeholder="Find a node"
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && query !== "" && found[0]) {
              onAdd(found[0]);
              setQuery("");
            } else if (event.key === "Escape") {
              setQuery("");
              event.currentTarget.blur();
            }
          }}
        />
        <span aria-hidden="true">/</span>
      </div>
      <div className={styles.groups}>
        {(Object.keys(categories) as Category[]).map((category) => (
          <Group
            key={category}
            title={categories[category]}
            types={found.filter((type) => type.category === category)}
            onAdd={onAdd}
          />
        ))}
        {found.length === 0 && <p className={styles.nothing}>No node type is about “{query}”.</p>}
      </div>
    </aside>
  );
}

interface GroupProps {
  readonly title: string;
  readonly types: readonly AnyNodeType[];
  readonly onAdd: (type: AnyNodeType) => void;
}

function Group({ title, types, onAdd }: GroupProps) {
  if (types.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {types.map((type) => (
        <button
          key={type.type}
          type="button"
          draggable
          className={styles.item}
          onDragStart={(event) => startDrag(event.dataTransfer, type.type)}
          onClick={() => onAdd(type)}
        >
          <NodeTile type={type} />
          <span className={styles.words}>
            <span className={styles.title}>{type.title}</span>
            <span className={styles.purpose}>{type.purpose}</span>
          </span>
        </button>
      ))}
    </section>
  );
}

function matches(type: AnyNodeType, query: string): boolean {
  const text = [type.title, type.purpose, type.type, ...(type.keywords ?? [])].join(" ").toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
