import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { TrialsContext } from "../expression/trials.ts";
import { LiveContext, PreviewContext } from "../live/hooks.ts";
import { cssVariables, theme } from "../theme/theme.ts";
import { Announcer } from "./Announcer.tsx";
import styles from "./app.module.css";
import { Banner } from "./Banner.tsx";
import { FlowPage } from "./FlowPage.tsx";
import { FlowsPage } from "./FlowsPage.tsx";
import { PageCommands } from "./PageCommands.tsx";
import { Rail } from "./Rail.tsx";
import { useRoute } from "./route.ts";
import { SettingsRoute } from "./SettingsRoute.tsx";
import { StartPage } from "./StartPage.tsx";
import { type Services, ServicesContext } from "./services.ts";

export function App({ services }: { readonly services: Services }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <ServicesContext value={services}>
        <LiveContext value={services.liveStore}>
          <PreviewContext value={services.preview.store}>
            <TrialsContext value={services.trials}>
              <div className={styles.app}>
                <Banner />
                <Page />
              </div>
            </TrialsContext>
          </PreviewContext>
          <Announcer />
          <Notifications position="bottom-center" autoClose={6000} transitionDuration={100} />
        </LiveContext>
      </ServicesContext>
    </MantineProvider>
  );
}

function Page() {
  const route = useRoute();
  if (route.page === "start") return <StartPage />;
  if (route.page === "flow") return <FlowPage key={route.id} id={route.id} />;
  return (
    <div className={styles.page}>
      <Rail current={route.page} />
      <PageCommands />
      {route.page === "settings" ? <SettingsRoute /> : <FlowsPage />}
    </div>
  );
}
