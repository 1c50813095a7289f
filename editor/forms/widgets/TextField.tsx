import type { FieldProps } from "./fieldProps.ts";
import { LineField } from "./LineField.tsx";

export function TextField(props: FieldProps) {
  return <LineField {...props} />;
}
