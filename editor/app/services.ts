/** The editor's connections to the world, made once. */
import { createContext, useContext } from "react";
import { nodeTypes } from "../../nodes/index.ts";
import { type Catalogue, createCatalogue } from "../../runtime/core/catalogue.ts";
import { expressionLimits } from "../../runtime/core/expression/limits.ts";
import { ApiClient } from "../api/client.ts";
import { LiveConnection, liveUrl } from "../live/connection.ts";
import { LiveStore } from "../live/store.ts";
import { createDraftMirror, type DraftMirror } from "../model/draftMirror.ts";
import { type Readable, Store } from "../model/store.ts";
import { Preferences } from "./preferences.ts";
import { PreviewHost, type PreviewWorker } from "./previewHost.ts";
import { TrialHost } from "./trialHost.ts";

export interface Services {
  readonly catalogue: Catalogue;
  readonly api: ApiClient;
  readonly live: LiveConnection;
  readonly liveStore: LiveStore;
  readonly preview: PreviewHost;
  readonly trials: TrialHost;
  readonly mirror: DraftMirror;
  readonly preferences: Preferences;
  /** The server has answered that nobody is logged in. */
  readonly sessionExpired: Readable<boolean>;
  /** What was said last to people who hear the page. */
  readonly announcement: Store<string>;
}

export function createServices(): Services {
  const sessionExpired = new Store(false);
  const liveStore = new LiveStore();
  const mirror = createDraftMirror(window.localStorage);
  window.addEventListener("pagehide", () => mirror.flush());
  const onSessionExpired = () => sessionExpired.set(true);
  const api = new ApiClient({ onSessionExpired });
  const startWorker = (name: string): PreviewWorker =>
    new Worker(new URL("./previewWorker.ts", import.meta.url), { type: "module", name });
  const limits = () => liveStore.system?.expressionLimits ?? expressionLimits;
  const preview = new PreviewHost({
    startWorker: () => startWorker("preview"),
    limits,
    peek: (topics) => live.peek(topics),
    visible: () => !document.hidden,
  });
  document.addEventListener("visibilitychange", () => preview.refresh());
  const live: LiveConnection = new LiveConnection({
    url: liveUrl(window.location),
    onSessionExpired,
    onMessage: (message) => {
      if (message.type === "peeked") preview.receive(message.messages);
      else liveStore.receive(message);
    },
    onState: (state) => {
      liveStore.setConnection(state);
      if (state === "open") sessionExpired.set(false);
    },
    // A socket that never opened does not say why. Asking by HTTP tells an ended session from a runtime that is down;
    // of the latter the connection state already speaks.
    onRefused: () => void api.getStatus().catch(() => undefined),
  });
  return {
    catalogue: createCatalogue(nodeTypes),
    api,
    live,
    liveStore,
    preview,
    trials: new TrialHost(() => startWorker("trials"), limits),
    mirror,
    preferences: new Preferences(window.localStorage),
    sessionExpired,
    announcement: new Store(""),
  };
}

export const ServicesContext = createContext<Services | undefined>(undefined);

/** @throws Error outside of the app */
export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error("useServices needs a ServicesContext around it");
  return services;
}
