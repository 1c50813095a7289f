import { useMemo } from "react";
import { ExpressionField } from "../../expression/ExpressionField.tsx";
import { FieldShell } from "../FieldShell.tsx";
import { type FieldProps, ghostOf, textOf, textOrUnset, useField } from "./fieldProps.ts";

/** A JSONata field of a form. Mistakes the field finds itself are not repeated below it. */
export function ExpressionFormField({ schema, title, value, pointer, required, onChange }: FieldProps) {
  const { id, environment, problems } = useField(pointer);
  const hint = schema.x?.sample;
  const sample = useMemo(() => environment.sampleFor(hint), [environment, hint]);
  const others = problems.filter((each) => each.code !== "CONFIG_EXPRESSION");
  return (
    <FieldShell
      id={id}
      title={title}
      pointer={pointer}
      help={schema.description}
      problems={others}
      unlabelled
    >
      <ExpressionField
        label={title}
        value={textOf(value)}
        sample={sample}
        placeholder={ghostOf(schema, value)}
        wanted={schema.x?.result}
        onChange={(text) => onChange(textOrUnset(text, required))}
      />
    </FieldShell>
  );
}
