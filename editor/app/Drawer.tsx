/** The bottom drawer: problems, debug, dead letters, and one line of vital signs that stays when it is closed. */
import type { RefObject } from "react";
import type { CanvasCommands } from "../actions/action.ts";
import { useSelected, useValue } from "../canvas/useValue.ts";
import { useDeadLetterCounts } from "../live/hooks.ts";
import type { FlowSession } from "../model/flowSession.ts";
import { selectNodes } from "../model/selection.ts";
import { DebugPanel } from "../panels/DebugPanel.tsx";
import { ProblemsPanel } from "../panels/ProblemsPanel.tsx";
import { DeadLetters } from "./DeadLetters.tsx";
import styles from "./drawer.module.css";
import type { FieldTarget } from "./fieldTarget.ts";
import { fieldTitle, nodeTitle } from "./nodeWords.ts";
import { type DrawerTab, drawerTabs } from "./preferences.ts";
import { useServices } from "./services.ts";
import { VitalSigns } from "./VitalSigns.tsx";

interface DrawerProps {
  readonly session: FlowSession;
  readonly canvas: RefObject<CanvasCommands | null>;
  readonly onShowProblem: (target: FieldTarget) => void;
}

const titles: Readonly<Record<DrawerTab, string>> = {
  problems: "Problems",
  debug: "Debug",
  "dead-letters": "Dead letters",
};

export function Drawer({ session, canvas, onShowProblem }: DrawerProps) {
  const { preferences } = useServices();
  const { drawer, drawerTab } = useValue(preferences);
  const select = (id: string) => {
    session.selection.set(selectNodes([id]));
    canvas.current?.reveal([id]);
  };
  return (
    <section className={`${styles.drawer} ${drawer ? styles.open : ""}`} aria-label="Drawer">
      <div className={styles.head}>
        <div className={styles.tabs} role="tablist" aria-label="Drawer">
          {drawerTabs.map((tab) => (
            <Tab
              key={tab}
              tab={tab}
              session={session}
              selected={drawer && tab === drawerTab}
              onSelect={() =>
                preferences.change(
                  drawer && tab === drawerTab ? { drawer: false } : { drawer: true, drawerTab: tab },
                )
              }
            />
          ))}
        </div>
        <VitalSigns />
        <button
          type="button"
          className={styles.toggle}
          aria-label={drawer ? "Close the drawer" : "Open the drawer"}
          aria-expanded={drawer}
          onClick={() => preferences.toggle("drawer")}
        >
          {drawer ? "▾" : "▴"}
        </button>
      </div>
      {drawer && (
        <div className={styles.content} role="tabpanel" aria-label={titles[drawerTab]}>
          {drawerTab === "problems" && (
            <Problems session={session} onSelect={select} onShow={onShowProblem} />
          )}
          {drawerTab === "debug" && (
            <DebugPanel nodeTitle={(id) => nodeTitle(session, id)} onSelectNode={select} />
          )}
          {drawerTab === "dead-letters" && <DeadLetters session={session} onSelect={select} />}
        </div>
      )}
    </section>
  );
}

interface TabProps {
  readonly tab: DrawerTab;
  readonly session: FlowSession;
  readonly selected: boolean;
  readonly onSelect: () => void;
}

function Tab({ tab, session, selected, onSelect }: TabProps) {
  const problems = useSelected(session.problems, ({ all }) => all.length);
  const letters = useDeadLetterCounts()?.[session.id] ?? 0;
  const number = { problems, debug: 0, "dead-letters": letters }[tab];
  return (
    <button type="button" role="tab" className={styles.tab} aria-selected={selected} onClick={onSelect}>
      {titles[tab]}
      {number > 0 && <span className={styles.number}>{number}</span>}
    </button>
  );
}

interface ProblemsProps {
  readonly session: FlowSession;
  readonly onSelect: (id: string) => void;
  readonly onShow: (target: FieldTarget) => void;
}

function Problems({ session, onSelect, onShow }: ProblemsProps) {
  const { all } = useValue(session.problems);
  if (all.length === 0) return <p className={styles.nothing}>No problems. This flow can be deployed.</p>;
  return (
    <ProblemsPanel
      problems={all}
      nodeTitle={(id) => nodeTitle(session, id)}
      fieldTitle={(id, field) => fieldTitle(session, id, field)}
      onSelect={({ node, field, wire }) => {
        if (node !== undefined) {
          onSelect(node);
          onShow({ node, ...(field === undefined ? {} : { field }) });
        } else if (wire !== undefined) session.selection.set({ nodes: new Set(), wires: new Set([wire]) });
      }}
    />
  );
}
