import { parseDayTime } from "../../../runtime/core/time/dayTime.ts";
import { sunEvents } from "../../../runtime/core/time/sun.ts";
import { type FieldProps, textOf } from "./fieldProps.ts";
import { LineField } from "./LineField.tsx";

/** A time of day, by the clock or by the sun, with the sun's events on offer. */
export function DayTimeField(props: FieldProps) {
  const text = textOf(props.value);
  const problem =
    text.trim() === "" || parseDayTime(text)
      ? undefined
      : `“${text}” is not a time of day. Write it like 07:30 or sunset - 15 min.`;
  return <LineField {...props} problem={problem} offers={sunEvents} />;
}
