import { suggestionsAt } from "../../expression/completion.ts";
import { tryExpression } from "../../expression/trial.ts";
import { type FieldProps, textOf, useField } from "./fieldProps.ts";
import { LineField } from "./LineField.tsx";

/** A path into the message, with the fields of the newest one on offer and the value it leads to now. */
export function PathField(props: FieldProps) {
  const sample = useField(props.pointer).environment.sampleFor(props.schema.x?.sample);
  const offers = suggestionsAt("", 0, sample)?.options.filter((each) => each.kind !== "function");
  const trial = tryExpression(textOf(props.value), sample, sample?.at ?? 0);
  const note = trial.outcome === "result" ? `Now ${trial.text}` : undefined;
  return <LineField {...props} code note={note} offers={(offers ?? []).map((each) => each.label)} />;
}
