/**
 * A weekly programme with exceptions: what holds at an instant, and until when.
 *
 * A period belongs to the day on which it begins, also when it ends on the next one; an exception replaces what begins on
 * its days. Where periods overlap, the one that began last holds, of those that began together the first in the list.
 * Local times become instants as in {@link localInstant}: a period in an hour that comes twice holds from the first pass of its
 * begin to the first pass of its end, so adjoining periods leave no gap and never run twice.
 */
import { dayMs, weekday } from "./civil.ts";
import { type Dates, isOn } from "./dates.ts";
import { type DayTime, endsNextDay, type Locality, onDay } from "./dayTime.ts";
import { daysReach, daysSearchedMax, earliestAfter } from "./search.ts";
import { localDay, localInstant } from "./zoned.ts";

export interface Period<Value> {
  readonly from: DayTime;
  readonly to: DayTime;
  readonly value: Value;
}

export interface WeekPeriod<Value> extends Period<Value> {
  /** 1 for Monday to 7 for Sunday. */
  readonly days: ReadonlySet<number>;
}

export interface Exception<Value> {
  readonly dates: Dates;
  /** Instead of those of the week; none: nothing holds. */
  readonly periods: readonly Period<Value>[];
}

/** What holds at an instant. */
export interface Holding<Value> {
  /** Undefined: no period. */
  readonly value: Value | undefined;
  /** The first instant at which something else holds; if nothing changes for long, how far that is known: ask again then. */
  readonly until: number;
}

interface Stretch<Value> {
  readonly start: number;
  readonly end: number;
  readonly value: Value;
}

export class Programme<Value> {
  private readonly week: readonly WeekPeriod<Value>[];
  private readonly exceptions: readonly Exception<Value>[];
  private readonly locality: Locality;
  private readonly same: (one: Value | undefined, other: Value | undefined) => boolean;
  private readonly days = new Map<number, readonly Stretch<Value>[]>();
  /** The last answer, and since when it is known to be right: that of nearly every next question. */
  private recent: { readonly since: number; readonly holding: Holding<Value> } | undefined;

  /** @param same tells whether a step from one value to another is a change */
  constructor(
    week: readonly WeekPeriod<Value>[],
    exceptions: readonly Exception<Value>[],
    locality: Locality,
    same: (one: Value | undefined, other: Value | undefined) => boolean = Object.is,
  ) {
    this.week = week;
    this.exceptions = exceptions;
    this.locality = locality;
    this.same = same;
  }

  at(instant: number): Holding<Value> {
    const { recent } = this;
    if (recent && instant >= recent.since && instant < recent.holding.until) return recent.holding;
    const value = this.valueAt(instant);
    const holding = { value, until: this.changeAfter(instant, value) };
    this.recent = { since: instant, holding };
    return holding;
  }

  private valueAt(instant: number): Value | undefined {
    const today = localDay(instant, this.locality.offsetMs);
    let found: Stretch<Value> | undefined;
    for (let day = today - daysReach; day <= today + daysReach; day++) {
      for (const stretch of this.stretches(day)) {
        const holds = stretch.start <= instant && instant < stretch.end;
        if (holds && (!found || stretch.start > found.start)) found = stretch;
      }
    }
    return found?.value;
  }

  private changeAfter(instant: number, value: Value | undefined): number {
    const { offsetMs } = this.locality;
    const first = localDay(instant, offsetMs);
    const edges = (day: number) => this.stretches(day).flatMap(({ start, end }) => [start, end]);
    let at = instant;
    for (let steps = 0; steps * this.week.length < stepsMax; steps++) {
      const today = localDay(at, offsetMs);
      const next = earliestAfter(at, today, first + daysSearchedMax - today, edges);
      if (next === undefined) return localInstant((first + daysSearchedMax) * dayMs, offsetMs);
      if (!this.same(this.valueAt(next), value)) return next;
      at = next;
    }
    return at;
  }

  /** The periods that begin on a day, as instants, in the order of the list. */
  private stretches(day: number): readonly Stretch<Value>[] {
    const known = this.days.get(day);
    if (known) return known;
    const periods: readonly Period<Value>[] =
      this.exceptions.find(({ dates }) => isOn(dates, day))?.periods ??
      this.week.filter(({ days }) => days.has(weekday(day)));
    const stretches = periods.flatMap(({ from, to, value }) => {
      const start = onDay(from, day, this.locality).at;
      const end = onDay(to, endsNextDay(from, to) ? day + 1 : day, this.locality).at;
      return start < end ? [{ start, end, value }] : [];
    });
    if (this.days.size >= daysKeptMax) this.days.clear();
    this.days.set(day, stretches);
    return stretches;
  }
}

/**
 * Steps from period to period that change nothing, by the number of periods, for each step looks at all of them: nine years of
 * one a day. A hundred a day that all say the same would take minutes for that.
 */
const stepsMax = 4_000;

/** Some weeks: searches go forward day by day and look at each day about ten times. */
const daysKeptMax = 64;
