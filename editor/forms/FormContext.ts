import { createContext } from "react";
import type { Diagnostic } from "../../runtime/core/diagnostic.ts";
import type { Platform } from "../../runtime/core/platform.ts";
import type { SampleLive } from "../../runtime/protocol/live.ts";

/** What fields need to know besides their own value. */
export interface FormEnvironment {
  /** The newest message that reached the node, for expressions and paths to be tried on. */
  readonly sample?: SampleLive | undefined;
  /** Names of the MQTT connections. */
  readonly connections: readonly string[];
  /** Tells schedules their next times; absent: they are not shown. */
  readonly platform?: Platform | undefined;
}

export interface FormContextValue {
  readonly environment: FormEnvironment;
  /** Of this form alone. */
  readonly problems: readonly Diagnostic[];
  /** Pointer of a field somebody asked to see, as from the list of problems. */
  readonly focus?: string | undefined;
  /** Makes ids of inputs unique on the page. */
  readonly idPrefix: string;
}

export const FormContext = createContext<FormContextValue>({
  environment: { connections: [] },
  problems: [],
  idPrefix: "form",
});
