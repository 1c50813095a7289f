import type { ComponentType } from "react";
import type { Widget } from "../../runtime/core/schema.ts";
import { titleOf, widgetOf } from "./fieldSchema.ts";
import { AreaField } from "./widgets/AreaField.tsx";
import { ChoiceField } from "./widgets/ChoiceField.tsx";
import { ConnectionField } from "./widgets/ConnectionField.tsx";
import { CronField } from "./widgets/CronField.tsx";
import { DaysField } from "./widgets/DaysField.tsx";
import { DayTimeField } from "./widgets/DayTimeField.tsx";
import { DurationField } from "./widgets/DurationField.tsx";
import { ExpressionFormField } from "./widgets/ExpressionFormField.tsx";
import type { FieldProps } from "./widgets/fieldProps.ts";
import { GroupField } from "./widgets/GroupField.tsx";
import { JsonField } from "./widgets/JsonField.tsx";
import { ListField } from "./widgets/ListField.tsx";
import { NumberField } from "./widgets/NumberField.tsx";
import { PathField } from "./widgets/PathField.tsx";
import { TableField } from "./widgets/TableField.tsx";
import { TextField } from "./widgets/TextField.tsx";
import { ToggleField } from "./widgets/ToggleField.tsx";
import { TopicField } from "./widgets/TopicField.tsx";
import { ZoneField } from "./widgets/ZoneField.tsx";

interface OneFieldProps extends Omit<FieldProps, "title"> {
  readonly name: string;
  /** Shares its row with another field. */
  readonly half?: boolean;
}

/** A field with the widget its schema asks for. */
export function Field({ name, ...props }: OneFieldProps) {
  const Widget = widgets[widgetOf(props.schema)];
  return <Widget {...props} title={titleOf(props.schema, name)} />;
}

const widgets: Readonly<Record<Widget, ComponentType<FieldProps & { readonly half?: boolean }>>> = {
  text: TextField,
  number: NumberField,
  toggle: ToggleField,
  choice: ChoiceField,
  duration: DurationField,
  expression: ExpressionFormField,
  topic: TopicField,
  connection: ConnectionField,
  json: JsonField,
  cron: CronField,
  zone: ZoneField,
  days: DaysField,
  dayTime: DayTimeField,
  markdown: AreaField,
  path: PathField,
  group: GroupField,
  list: ListField,
  table: TableField,
};
