/**
 * When a stream of judged readings is an anomaly: so many in a row beyond the limit begin it, as many in a row clearly
 * within end it. What lies between breaks the row and decides nothing, so that it does not flicker.
 */
export interface Alarm {
  /** Readings in a row that speak for a change. */
  row: number;
  /** Event time of the first of that row. */
  rowSince: number;
  /** Present while it is an anomaly: since when, and the furthest reading. */
  raised?: { readonly since: number; furthest: number };
}

/** "Clearly within" is below this part of the limit. */
export const clearPart = 0.75;

export function calm(): Alarm {
  return { row: 0, rowSince: 0 };
}

/**
 * Takes in a judged reading.
 * @param strength how far off it is, as part of the limit: 1 and more is beyond it
 * @returns what begins or ends with it
 */
export function note(
  alarm: Alarm,
  strength: number,
  at: number,
  inRow: number,
): "begins" | "ends" | undefined {
  const { raised } = alarm;
  if (raised) raised.furthest = Math.max(raised.furthest, strength);
  const speaks = raised ? strength < clearPart : strength >= 1;
  if (!speaks) {
    alarm.row = 0;
    return undefined;
  }
  if (alarm.row++ === 0) alarm.rowSince = at;
  if (alarm.row < inRow) return undefined;
  alarm.row = 0;
  if (raised) {
    delete alarm.raised;
    return "ends";
  }
  alarm.raised = { since: alarm.rowSince, furthest: strength };
  return "begins";
}
