import { useState } from "react";
import controls from "../controls.module.css";
import { describedBy, FieldShell, type Problem } from "../FieldShell.tsx";
import { readTableFile } from "../tableFile.ts";
import {
  freeName,
  type Grid,
  gridOf,
  linesOfGrid,
  linesOfText,
  textOfTable,
  withColumn,
  withRow,
} from "../tableText.ts";
import { type FieldProps, useField } from "./fieldProps.ts";
import styles from "./TableField.module.css";
import { TableGrid } from "./TableGrid.tsx";

const action = `${controls.action} ${styles.action}`;

/** A table: as cells, as its text, or loaded from a file. */
export function TableField({ schema, title, value, pointer, onChange }: FieldProps) {
  const { id, problems } = useField(pointer);
  const [wantsText, setWantsText] = useState(false);
  const [fileProblem, setFileProblem] = useState<string>();
  const lines = Array.isArray(value) ? value.map(String) : [];
  const grid = gridOf(lines);
  const shown: readonly Problem[] =
    fileProblem === undefined ? problems : [{ severity: "error", message: fileProblem }];
  const change = (next: readonly string[]) => {
    setFileProblem(undefined);
    onChange(next);
  };
  const load = async (file: File) => {
    const read = await readTableFile(file);
    if ("problem" in read) setFileProblem(read.problem);
    else change(read.lines);
  };
  const asText = wantsText || !grid;
  return (
    <FieldShell
      id={id}
      title={title}
      pointer={pointer}
      help={schema.description}
      note={grid && noteOf(grid, asText)}
      problems={shown}
      unlabelled={!asText}
    >
      {asText ? (
        <textarea
          {...describedBy(id, shown, schema.description)}
          className={`${controls.codeArea} ${styles.text}`}
          rows={6}
          wrap="off"
          spellCheck={false}
          value={textOfTable(lines)}
          onChange={(event) => change(linesOfText(event.currentTarget.value))}
        />
      ) : (
        <TableGrid
          title={title}
          grid={grid}
          rowsMax={rowsShownMax}
          onChange={(next) => change(linesOfGrid(next))}
        />
      )}
      <div className={styles.actions}>
        {!asText && (
          <>
            <button type="button" className={action} onClick={() => change(linesOfGrid(withRow(grid)))}>
              + Row
            </button>
            <button
              type="button"
              className={action}
              onClick={() => change(linesOfGrid(withColumn(grid, freeName(grid))))}
            >
              + Column
            </button>
          </>
        )}
        <FileButton onChoose={load} />
        {grid && (
          <button type="button" className={action} onClick={() => setWantsText(!wantsText)}>
            {asText ? "As table" : "As text"}
          </button>
        )}
      </div>
    </FieldShell>
  );
}

function FileButton({ onChoose }: { readonly onChoose: (file: File) => Promise<void> }) {
  return (
    <label className={action}>
      Load file…
      <input
        type="file"
        className={styles.file}
        accept=".csv,.tsv,.txt,.json,text/csv,application/json"
        onChange={(event) => {
          const input = event.currentTarget;
          const [file] = input.files ?? [];
          if (file) void onChoose(file);
          // The same file once more is a change again.
          input.value = "";
        }}
      />
    </label>
  );
}

/** More inputs than this make the inspector slow; who keeps up more rows does so in a file. */
const rowsShownMax = 100;

function noteOf({ rows }: Grid, asText: boolean): string {
  const count = Math.max(0, rows.length - 1);
  const words = `${count} ${count === 1 ? "row" : "rows"}`;
  return asText || count <= rowsShownMax
    ? words
    : `${words}, of which the first ${rowsShownMax} are shown. Change the others as text, or load a file.`;
}
