/** The list of flows, connected to the runtime. */
import { useCallback } from "react";
import { emptyFlow, type FlowDocument, formatFlow } from "../../runtime/core/flow/document.ts";
import { parseFlowText } from "../../runtime/core/flow/parse.ts";
import { useLoadable } from "../api/loadable.ts";
import { useFlowsChanged, useWhenBack } from "../live/hooks.ts";
import { FlowList } from "../panels/FlowList.tsx";
import styles from "./app.module.css";
import { BrokerState } from "./BrokerState.tsx";
import { downloadText } from "./download.ts";
import { freshFlowId } from "./flowIds.ts";
import { Logo } from "./Logo.tsx";
import { ResumeFlow } from "./ResumeFlow.tsx";
import { goTo } from "./route.ts";
import { useServices } from "./services.ts";
import bar from "./topBar.module.css";

export function FlowsPage() {
  const { api } = useServices();
  const [flows, reloadFlows] = useLoadable(useCallback(() => api.listFlows(), [api]));
  const [templates, reloadTemplates] = useLoadable(useCallback(() => api.listTemplates(), [api]));
  useFlowsChanged(reloadFlows);
  useWhenBack(() => {
    if (flows.status === "failed") reloadFlows();
    if (templates.status === "failed") reloadTemplates();
  });

  const open = (id: string) => goTo({ page: "flow", id });
  /** Creates under an id made from the name, and opens it. */
  const create = async (flow: FlowDocument, name: string) => {
    const taken = (await api.listFlows()).map((each) => each.id);
    const created = await api.createFlow({ ...flow, id: freshFlowId(name, taken), name });
    open(created.summary.id);
  };

  return (
    <div className={styles.column}>
      <header className={bar.bar}>
        <Logo />
        <span className={bar.space} />
        <BrokerState />
      </header>
      <div className={styles.content}>
        <FlowList
          flows={flows}
          templates={templates}
          onRetry={() => {
            reloadFlows();
            reloadTemplates();
          }}
          onOpen={open}
          onCreate={(name) => create(emptyFlow("new", name), name)}
          onUseTemplate={({ flow, title }) => create(flow, title)}
          onRename={async (flow, name) => {
            const { draft, summary } = await api.getFlow(flow.id);
            await api.saveFlow({ ...draft, name }, summary.revision);
            reloadFlows();
          }}
          onDuplicate={async (flow, name) => create((await api.getFlow(flow.id)).draft, name)}
          onPause={async ({ id }) => {
            await api.pauseFlow(id);
            reloadFlows();
          }}
          resumeDialog={({ id, name }, onClose) => (
            <ResumeFlow
              id={id}
              name={name}
              onClose={() => {
                onClose();
                reloadFlows();
              }}
            />
          )}
          onDelete={async (flow) => {
            await api.deleteFlow(flow.id, flow.revision);
            reloadFlows();
          }}
          onImport={async (text, fileName) => {
            const { flow, diagnostics } = parseFlowText(text);
            const why = diagnostics.find((each) => each.severity === "error")?.message;
            if (!flow) throw new ImportProblem(`${fileName} is not a flow. ${why ?? ""}`);
            await create(flow, flow.name);
          }}
          onExport={async ({ id }) => downloadText(`${id}.json`, formatFlow((await api.getFlow(id)).draft))}
        />
      </div>
    </div>
  );
}

/** A file that is no flow; the message is for the person who chose it. */
class ImportProblem extends Error {
  override readonly name = "ImportProblem";
}
