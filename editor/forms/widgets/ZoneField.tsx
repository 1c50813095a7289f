import { type FieldProps, textOf } from "./fieldProps.ts";
import { LineField } from "./LineField.tsx";

/** An IANA time zone, with every zone the browser knows on offer. */
export function ZoneField(props: FieldProps) {
  const text = textOf(props.value);
  const problem =
    text === "" || isZone(text)
      ? undefined
      : `“${text}” is not a time zone. Write it like Europe/Oslo or UTC.`;
  return <LineField {...props} problem={problem} offers={zones} />;
}

const zones = ["UTC", ...Intl.supportedValuesOf("timeZone")];

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch (error) {
    // The documented answer to an unknown name.
    if (error instanceof RangeError) return false;
    throw error;
  }
}
