import { useNow } from "../../live/hooks.ts";
import { readCron } from "../cronText.ts";
import { type FieldProps, textOf, useField } from "./fieldProps.ts";
import { LineField } from "./LineField.tsx";

/** A schedule, with the next times it runs. */
export function CronField(props: FieldProps) {
  const { platform } = useField(props.pointer).environment;
  const now = useNow();
  const reading = readCron(textOf(props.value), props.zone ?? "UTC", now, platform);
  const note = reading.next && `Next ${reading.next.join(", ")}`;
  return <LineField {...props} code problem={reading.problem} note={note} />;
}
