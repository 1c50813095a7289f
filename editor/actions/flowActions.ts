/** Actions on the flow as a whole, and ways to other pages. */
import type { Action } from "./action.ts";
import { icons } from "./icons.ts";

export const flowActions: readonly Action[] = [
  {
    id: "deploy",
    title: "Deploy…",
    group: "Flow",
    keys: ["Mod+Enter"],
    keywords: ["publish", "run", "start"],
    icon: icons.deploy,
    inFields: true,
    enabled: ({ session }) => session !== undefined,
    run: ({ session, shell }) => {
      // The dialog shows what is wrong: let it be what is wrong now.
      session?.problems.check();
      shell.openDeploy();
    },
  },
  {
    id: "pause",
    title: "Pause this flow",
    group: "Flow",
    keys: [],
    keywords: ["hold", "stand still", "stop"],
    icon: icons.pause,
    enabled: ({ session }) => {
      const { live, lag } = session?.deployment.get() ?? {};
      return live === true && lag?.paused !== true;
    },
    run: ({ shell }) => shell.pauseFlow(),
  },
  {
    id: "resume",
    title: "Resume this flow…",
    group: "Flow",
    keys: [],
    keywords: ["go on", "catch up", "skip", "continue"],
    icon: icons.resume,
    enabled: ({ session }) => {
      const { live, lag } = session?.deployment.get() ?? {};
      return live === true && lag !== undefined;
    },
    run: ({ shell }) => shell.openResume(),
  },
  {
    id: "undeploy",
    title: "Undeploy…",
    group: "Flow",
    keys: [],
    keywords: ["stop", "end"],
    icon: icons.stop,
    enabled: ({ session }) => session?.deployment.get().live === true,
    run: ({ shell }) => shell.openUndeploy(),
  },
  {
    id: "export",
    title: "Export this flow",
    group: "Flow",
    keys: [],
    keywords: ["download", "file", "save", "json"],
    icon: icons.export,
    enabled: ({ session }) => session !== undefined,
    run: ({ shell }) => shell.exportFlow(),
  },
  {
    id: "go-flows",
    title: "Go to flows",
    group: "Flow",
    keys: [],
    keywords: ["open", "list"],
    icon: icons.list,
    enabled: () => true,
    run: ({ shell }) => shell.go("flows"),
  },
  {
    id: "go-settings",
    title: "Go to settings",
    group: "Flow",
    keys: [],
    keywords: ["connections", "broker", "mqtt"],
    icon: icons.settings,
    enabled: () => true,
    run: ({ shell }) => shell.go("settings"),
  },
  {
    id: "commands",
    title: "All commands",
    group: "Help",
    keys: ["Mod+K"],
    inFields: true,
    icon: icons.find,
    enabled: () => true,
    run: ({ shell }) => shell.openCommands(),
  },
  {
    id: "keys",
    title: "Keyboard shortcuts",
    group: "Help",
    keys: ["?"],
    icon: icons.help,
    enabled: () => true,
    run: ({ shell }) => shell.openKeys(),
  },
];
