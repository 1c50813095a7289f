import { useCanvas } from "./CanvasContext.ts";
import styles from "./canvas.module.css";

/** What to do with an empty flow. */
export function EmptyCanvas() {
  const { run } = useCanvas();
  return (
    <div className={styles.empty}>
      <h2>Start with a source of messages</h2>
      <ol>
        <li>
          Drag <b>MQTT in</b> from the palette onto the canvas, or double-click here.
        </li>
        <li>
          <button type="button" onClick={() => run("add")}>
            Add a node
          </button>{" "}
          with <kbd>N</kbd>, join two with <kbd>C</kbd>.
        </li>
        <li>
          Or start from a{" "}
          <button type="button" onClick={() => run("go-flows")}>
            template
          </button>
          .
        </li>
      </ol>
    </div>
  );
}
