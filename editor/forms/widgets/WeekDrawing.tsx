import { Fragment } from "react";
import { dayNames } from "../../../runtime/core/schema.ts";
import { type FieldSchema, widgetOf } from "../fieldSchema.ts";
import { weekBars } from "../weekBars.ts";
import styles from "./WeekDrawing.module.css";

/** A list of periods on days of the week? */
export function isWeek(schema: FieldSchema): boolean {
  const { days, from, to } = schema.properties ?? {};
  return days !== undefined && from !== undefined && to !== undefined && widgetOf(days) === "days";
}

/** The periods of a week at a glance: a line a day, midnight to midnight. The rows below it say the same in words. */
export function WeekDrawing({ rows }: { readonly rows: readonly unknown[] }) {
  const { days, bySun } = weekBars(rows, Object.keys(dayNames));
  return (
    <div className={styles.week} aria-hidden="true">
      {Object.entries(dayNames).map(([day, name], index) => (
        <Fragment key={day}>
          <span className={styles.day}>{name.slice(0, 2)}</span>
          <span className={styles.line}>
            {days[index]!.map(({ from, to }, place) => (
              <span
                // biome-ignore lint/suspicious/noArrayIndexKey: bars have no identity, and equal ones may repeat
                key={place}
                className={styles.bar}
                style={{ left: `${(from / 24) * 100}%`, width: `${((to - from) / 24) * 100}%` }}
              />
            ))}
          </span>
        </Fragment>
      ))}
      <span className={styles.hours}>
        {[0, 6, 12, 18, 24].map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </span>
      {bySun && <span className={styles.remark}>Drawn with sunrise at 6 and sunset at 18.</span>}
    </div>
  );
}
