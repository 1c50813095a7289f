/** When what is raised is told again. */

/** Faster repetitions are a stream, not a reminder. */
export const reminderEveryMsMin = 1_000;

/**
 * After a downtime reminders are made up for, but not those of the years since a reading with the clock of a device that starts in
 * 2000: each such reading would send a million.
 */
const ageMsMax = 86_400_000;

/**
 * @param at when this one is due @param now processing time
 * @returns when the next one is, in the same rhythm; later than `at + everyMs` where this one and others are long past
 */
export function nextReminder(at: number, everyMs: number, now: number): number {
  return at + everyMs * Math.max(1, Math.ceil((now - ageMsMax - at) / everyMs));
}
