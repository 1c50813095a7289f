import { Switch, Tabs } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import type { Diagnostic } from "../../runtime/core/diagnostic.ts";
import type { FlowNode } from "../../runtime/core/flow/document.ts";
import { type AnyNodeType, inputsOf, outputsOf } from "../../runtime/core/nodeType.ts";
import { fillDefaults } from "../../runtime/core/plan/config.ts";
import type { Platform } from "../../runtime/core/platform.ts";
import { trySamples } from "../expression/trySamples.ts";
import { type FieldFocus, SchemaForm } from "../forms/SchemaForm.tsx";
import { useNodeSamples } from "../live/nodeSamples.ts";
import { chartSubject } from "./chartData.ts";
import styles from "./Inspector.module.css";
import { LivePanel } from "./LivePanel.tsx";
import { NodeHelp } from "./NodeHelp.tsx";
import { NodeTile } from "./NodeTile.tsx";
import { perText } from "./perText.ts";
import { ValueChart } from "./ValueChart.tsx";

export interface InspectorProps {
  readonly node: FlowNode;
  /** Undefined: a type this Millrace does not know. */
  readonly type: AnyNodeType | undefined;
  /** Of this node. */
  readonly problems: readonly Diagnostic[];
  /** Names of the MQTT connections. */
  readonly connections: readonly string[];
  /** Tells schedules their next times. */
  readonly platform: Platform;
  /** Ports wired to this node in the draft: where a sample comes from before it is deployed. */
  readonly upstream: readonly { readonly node: string; readonly port: string }[];
  /** The node runs as it is drawn; else what is shown of it comes from a preview. */
  readonly runs: boolean;
  /** @param name undefined: the type's title again */
  readonly onRename: (name: string | undefined) => void;
  readonly onConfigChange: (config: Readonly<Record<string, unknown>>) => void;
  readonly onDisabledChange: (disabled: boolean) => void;
  readonly onErrorPortChange: (errorPort: boolean) => void;
  /** A field to show, as from the list of problems; a new object asks again. */
  readonly focus?: FieldFocus | undefined;
}

type Tab = "settings" | "live" | "help";

/** Everything about the selected node: what it is set to, what goes through it, what it is for. */
export function Inspector(props: InspectorProps) {
  const { node, type, focus } = props;
  const [tab, setTab] = useState<Tab>("settings");
  useEffect(() => {
    if (focus) setTab("settings");
  }, [focus]);
  /** A comment only stands there: nothing goes through it. */
  const portless =
    type !== undefined &&
    inputsOf(type, node.config).length === 0 &&
    outputsOf(type, node.config, false).length === 0;
  return (
    <aside className={styles.inspector} aria-label="Inspector">
      <header className={styles.header}>
        <NodeTile type={type} />
        <div className={styles.headings}>
          <NameInput node={node} type={type} onRename={props.onRename} />
          <p className={styles.type}>{typeLine(node, type)}</p>
        </div>
      </header>
      <Tabs
        value={portless && tab === "live" ? "settings" : tab}
        onChange={(next) => setTab(next as Tab)}
        keepMounted={false}
        classNames={{
          root: styles.tabs ?? "",
          list: styles.tabList ?? "",
          tab: styles.tab ?? "",
          panel: styles.tabPanel ?? "",
        }}
      >
        <Tabs.List>
          <Tabs.Tab value="settings">Settings</Tabs.Tab>
          {!portless && <Tabs.Tab value="live">Live</Tabs.Tab>}
          <Tabs.Tab value="help">Help</Tabs.Tab>
        </Tabs.List>
        {/* Another node starts at the top, wherever the one before was scrolled to. */}
        <Tabs.Panel value="settings">
          <div key={node.id} className={styles.scroll}>
            <Settings {...props} portless={portless} />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="live">
          <div key={node.id} className={styles.scroll}>
            <LivePanel node={node} type={type} runs={props.runs} />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="help">
          <div key={node.type} className={styles.scroll}>
            {type ? <NodeHelp type={type} /> : <UnknownType name={node.type} />}
          </div>
        </Tabs.Panel>
      </Tabs>
    </aside>
  );
}

function NameInput({ node, type, onRename }: Pick<InspectorProps, "node" | "type" | "onRename">) {
  return (
    <input
      className={styles.name}
      aria-label="Name"
      maxLength={120}
      spellCheck={false}
      placeholder={type?.title ?? node.type}
      value={node.name ?? ""}
      onChange={(event) => onRename(event.currentTarget.value === "" ? undefined : event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
      }}
    />
  );
}

function Settings(props: InspectorProps & { readonly portless: boolean }) {
  const { node, type, problems, connections, platform, focus } = props;
  const samples = useNodeSamples(node.id, props.upstream, props.runs);
  const { config } = node;
  const environment = useMemo(
    () => ({
      sampleFor: type ? trySamples(type, config, samples) : () => undefined,
      connections,
      platform,
    }),
    [type, config, samples, connections, platform],
  );
  const subject = useMemo(() => type && chartSubject(type.config, node.config), [type, node.config]);
  if (!type) return <UnknownType name={node.type} />;
  const hasFields = Object.keys(type.config.properties).length > 0;
  return (
    <div className={styles.settings}>
      {hasFields ? (
        <SchemaForm
          schema={type.config}
          value={node.config}
          problems={problems}
          environment={environment}
          focus={focus}
          onChange={props.onConfigChange}
        />
      ) : (
        <p className={styles.quiet}>This node has nothing to set.</p>
      )}
      {subject && <ValueChart node={node.id} subject={subject} runs={props.runs} />}
      {!props.portless && (
        <div className={styles.options}>
          {outputsOf(type, node.config, false).length > 0 && (
            <Option
              label="Error output"
              help="Bad data leaves by a port of its own instead of going to the dead letters."
              checked={node.errorPort ?? false}
              onChange={props.onErrorPortChange}
            />
          )}
          <Option
            label="Disabled"
            help="Neither receives nor sends, until it is enabled and deployed again."
            checked={node.disabled ?? false}
            onChange={props.onDisabledChange}
          />
        </div>
      )}
    </div>
  );
}

interface OptionProps {
  readonly label: string;
  readonly help: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

function Option({ label, help, checked, onChange }: OptionProps) {
  return (
    <Switch
      size="sm"
      withThumbIndicator={false}
      label={label}
      description={help}
      checked={checked}
      onChange={(event) => onChange(event.currentTarget.checked)}
      classNames={{
        root: styles.option ?? "",
        label: styles.optionLabel ?? "",
        description: styles.optionHelp ?? "",
      }}
    />
  );
}

function UnknownType({ name }: { readonly name: string }) {
  return (
    <p className={styles.quiet}>
      This Millrace does not know the node type “{name}”. The flow may come from a newer version; its settings
      are kept as they are.
    </p>
  );
}

/** The type under a name of one's own; what it is good for under the type's own title. */
function typeLine(node: FlowNode, type: AnyNodeType | undefined): string {
  if (!type) return `unknown type ${node.type}`;
  const what = node.name === undefined ? type.purpose : type.title;
  return [what, type.keyed && perText(fillDefaults(type.config, node.config)), node.disabled && "disabled"]
    .filter(Boolean)
    .join(" · ");
}
