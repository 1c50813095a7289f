import { createContext } from "react";
import type { Diagnostic } from "../../runtime/core/diagnostic.ts";
import type { Platform } from "../../runtime/core/platform.ts";
import type { SampleHint } from "../../runtime/core/schema.ts";
import type { TrySample } from "../expression/trySample.ts";

/** What fields need to know besides their own value. */
export interface FormEnvironment {
  /** The newest message for an expression or path to be tried on. @param hint of its field */
  readonly sampleFor: (hint: SampleHint | undefined) => TrySample | undefined;
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
  environment: { sampleFor: () => undefined, connections: [] },
  problems: [],
  idPrefix: "form",
});
