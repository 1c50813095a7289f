import { useDebouncedValue } from "@mantine/hooks";
import { useMemo } from "react";
import { suggestionsAt } from "../../expression/completion.ts";
import { useTrial } from "../../expression/trials.ts";
import { type FieldProps, textOf, useField } from "./fieldProps.ts";
import { LineField } from "./LineField.tsx";

/** A path into the message, with the fields of the newest one on offer and the value it leads to now. */
export function PathField(props: FieldProps) {
  const { environment } = useField(props.pointer);
  const hint = props.schema.x?.sample;
  const sample = useMemo(() => environment.sampleFor(hint), [environment, hint]);
  const offers = suggestionsAt("", 0, sample)?.options.filter((each) => each.kind !== "function");
  const [source] = useDebouncedValue(textOf(props.value), 150);
  const trial = useTrial(source, sample);
  const note = trial.outcome === "result" ? `Now ${trial.text}` : undefined;
  return <LineField {...props} code note={note} offers={(offers ?? []).map((each) => each.label)} />;
}
