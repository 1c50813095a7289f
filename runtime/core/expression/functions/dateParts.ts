import { civilFromDays, dayMs, daysFromCivil, weekday } from "../../time/civil.ts";

export const dayNames = [
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
  "Sunday",
] as const;
export const monthNames = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/**
 * A numeric component of a time by its letter in a picture.
 * @param millis since the epoch, shifted to the zone
 */
export function datePart(millis: number, component: string): number {
  const days = Math.floor(millis / dayMs);
  const { year, month, day } = civilFromDays(days);
  const time = millis - days * dayMs;
  const hour = Math.floor(time / 3_600_000);
  switch (component) {
    case "Y":
      return year;
    case "M":
      return month;
    case "D":
      return day;
    case "d":
      return days - daysFromCivil(year, 1, 1) + 1;
    case "F":
      return weekday(days);
    case "W":
      return weekOf(days, year, 1, 12);
    case "w":
      return weekOf(days, year, month, 1);
    case "X":
      return year + weekShift(days, year, 1, 12);
    case "x":
      return ((month - 1 + weekShift(days, year, month, 1) + 12) % 12) + 1;
    case "H":
      return hour;
    case "h":
      return hour % 12 === 0 ? 12 : hour % 12;
    case "P":
      return hour >= 12 ? 1 : 0;
    case "m":
      return Math.floor(time / 60_000) % 60;
    case "s":
      return Math.floor(time / 1000) % 60;
    default:
      return time % 1000;
  }
}

/** The day the first week of a year or month starts: the Monday of the week with its first Thursday (ISO 8601). */
function firstWeek(year: number, month: number): number {
  const first = daysFromCivil(year, month, 1);
  const name = weekday(first);
  return name > 4 ? first + 8 - name : first - name + 1;
}

/** Whether a day belongs to the weeks of the period before (-1), of its own (0) or of the one after (1). */
function weekShift(days: number, year: number, month: number, months: 1 | 12): -1 | 0 | 1 {
  if (days < firstWeek(year, month)) return -1;
  return days >= firstWeek(year, month + months) ? 1 : 0;
}

function weekOf(days: number, year: number, month: number, months: 1 | 12): number {
  const start = firstWeek(year, month + months * weekShift(days, year, month, months));
  return Math.floor((days - start) / 7) + 1;
}
