import type { FieldProps } from "./fieldProps.ts";
import { LineField } from "./LineField.tsx";

/** Five fields of a schedule: minute, hour, day of month, month, day of week. */
export function CronField(props: FieldProps) {
  return <LineField {...props} code note="Minute, hour, day of month, month, day of week" />;
}
