import { type ClipboardEvent, type KeyboardEvent, useRef } from "react";
import { type Grid, withCell, withoutColumn, withoutRow, withPasted, withRow } from "../tableText.ts";
import styles from "./TableField.module.css";

interface TableGridProps {
  readonly title: string;
  readonly grid: Grid;
  readonly rowsMax: number;
  readonly onChange: (grid: Grid) => void;
}

/** The cells of a table. Enter goes down, and from the last row on to a new one; cells of a spreadsheet can be pasted. */
export function TableGrid({ title, grid, rowsMax, onChange }: TableGridProps) {
  const body = useRef<HTMLTableElement>(null);
  const names = (grid.rows[0] ?? []).map((cell) => cell.text);
  const focus = (row: number, column: number) =>
    body.current?.querySelector<HTMLInputElement>(`[data-cell="${row},${column}"]`)?.focus();
  const cell = (row: number, column: number, label: string) => (
    <input
      className={row === 0 ? styles.name : styles.cell}
      data-cell={`${row},${column}`}
      aria-label={label}
      spellCheck={false}
      value={grid.rows[row]![column]!.text}
      onChange={(event) => onChange(withCell(grid, row, column, event.currentTarget.value))}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        if (row === grid.rows.length - 1 && row < rowsMax) onChange(withRow(grid));
        // A new row is there after the next drawing.
        requestAnimationFrame(() => focus(row + 1, column));
      }}
      onPaste={(event: ClipboardEvent) => {
        const pasted = withPasted(grid, row, column, event.clipboardData.getData("text/plain"));
        if (!pasted) return;
        event.preventDefault();
        onChange(pasted);
      }}
    />
  );
  return (
    <div className={styles.frame}>
      <table ref={body} className={styles.table} aria-label={title}>
        <thead>
          <tr>
            {names.map((name, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place; its name changes while it is typed
              <th key={column} scope="col">
                <span className={styles.head}>
                  {cell(0, column, `Name of column ${column + 1}`)}
                  {names.length > 1 && (
                    <Remove
                      label={`Remove column ${name}`}
                      onPress={() => onChange(withoutColumn(grid, column))}
                    />
                  )}
                </span>
              </th>
            ))}
            <th aria-label="Remove" />
          </tr>
        </thead>
        <tbody>
          {grid.rows.slice(1, rowsMax + 1).map((_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; its cells hold no state of their own
            <tr key={index}>
              {names.map((name, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: as above
                <td key={column}>{cell(index + 1, column, `${name}, row ${index + 1}`)}</td>
              ))}
              <td>
                <Remove
                  label={`Remove row ${index + 1}`}
                  onPress={() => onChange(withoutRow(grid, index + 1))}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Remove({ label, onPress }: { readonly label: string; readonly onPress: () => void }) {
  return (
    <button type="button" className={styles.remove} aria-label={label} title={label} onClick={onPress}>
      <svg
        width="10"
        height="10"
        viewBox="0 0 12 12"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        aria-hidden="true"
      >
        <path d="m3 3 6 6M9 3 3 9" />
      </svg>
    </button>
  );
}
