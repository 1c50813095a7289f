import { readDuration } from "../durationText.ts";
import { type FieldProps, textOf } from "./fieldProps.ts";
import { LineField } from "./LineField.tsx";

/** A length of time as people write it; says how it was read when that is not plain. */
export function DurationField(props: FieldProps) {
  const reading = readDuration(textOf(props.value));
  return (
    <LineField
      {...props}
      problem={reading.problem}
      note={reading.understood && `Read as ${reading.understood}`}
    />
  );
}
