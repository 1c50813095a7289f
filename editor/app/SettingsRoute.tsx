/** The settings, connected to the runtime. */
import { useMantineColorScheme } from "@mantine/core";
import { useCallback } from "react";
import { useLoadable } from "../api/loadable.ts";
import { useSystemStatus, useWhenBack } from "../live/hooks.ts";
import { SettingsPage } from "../panels/SettingsPage.tsx";
import styles from "./app.module.css";
import { BrokerState } from "./BrokerState.tsx";
import { Logo } from "./Logo.tsx";
import { useServices } from "./services.ts";
import bar from "./topBar.module.css";

export function SettingsRoute() {
  const { api } = useServices();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [connections, reload] = useLoadable(useCallback(() => api.listConnections(), [api]));
  useWhenBack(() => {
    if (connections.status === "failed") reload();
  });
  const statuses = useSystemStatus()?.connections ?? [];
  return (
    <div className={styles.column}>
      <header className={bar.bar}>
        <Logo />
        <span className={bar.space} />
        <BrokerState />
      </header>
      <div className={styles.content}>
        <SettingsPage
          scheme={colorScheme}
          onSchemeChange={setColorScheme}
          connections={connections}
          statuses={statuses}
          onRetry={reload}
          onSaveConnection={async (update) => {
            await api.saveConnection(update);
            reload();
          }}
          onDeleteConnection={async (name) => {
            await api.deleteConnection(name);
            reload();
          }}
        />
      </div>
    </div>
  );
}
