import { topicLevels, topicProblem } from "../../../runtime/core/topic/template.ts";
import { type FieldProps, textOf } from "./fieldProps.ts";
import { LineField } from "./LineField.tsx";

/** An MQTT topic, with what its named levels will be called. */
export function TopicField(props: FieldProps) {
  const text = textOf(props.value);
  const allows = props.schema.x?.topic ?? { levels: true, wildcards: true };
  const problem = text === "" ? undefined : topicProblem(text, allows);
  const names = problem === undefined ? topicLevels(text).map((level) => level.name) : [];
  return (
    <LineField
      {...props}
      code
      problem={problem}
      note={names.length > 0 && levelsNote(names, allows.wildcards)}
    />
  );
}

/** A topic that is listened on gives its levels to expressions; one that is published to takes them. */
function levelsNote(names: readonly string[], listening: boolean): string {
  const paths = names.map((name) => `params.${name}`).join(", ");
  return listening ? `Expressions can use ${paths}` : `Filled in from ${paths}`;
}
