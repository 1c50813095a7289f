/** The way from a field to where expressions are tried. */
import { createContext, useContext, useEffect, useRef, useState } from "react";
import type { Trial, TrialRequest } from "./trial.ts";
import type { TrySample } from "./trySample.ts";

export interface Trials {
  /** @param field whose earlier questions do not matter any more */
  ask(field: object, request: TrialRequest, onTrial: (trial: Trial) => void): void;
  forget(field: object): void;
}

export const TrialsContext = createContext<Trials | undefined>(undefined);

/** What becomes of an expression on a message; what was known last until the answer is there. */
export function useTrial(source: string, sample: TrySample | undefined): Trial {
  const trials = useContext(TrialsContext);
  if (!trials) throw new Error("useTrial needs a TrialsContext around it");
  const field = useRef({});
  const [trial, setTrial] = useState<Trial>({ outcome: "empty" });
  useEffect(() => {
    trials.ask(field.current, { source, sample, now: sample?.at ?? 0 }, setTrial);
  }, [trials, source, sample]);
  useEffect(() => () => trials.forget(field.current), [trials]);
  return trial;
}
