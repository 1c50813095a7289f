/**
 * Processing time from a wall clock that may be wrong for a while: it never goes back, never stands still for long, and is
 * slow to believe a leap of years.
 *
 * - **The wall went back** (it was ahead and was put right): time goes on from where it stood, at nine tenths of the wall's
 *   pace until the two meet again. When they are more than a day apart they would not meet for weeks: then at the wall's
 *   own pace, so that durations at least are right.
 * - **The wall leapt ahead by more than a year**: clocks without battery start anywhere, and are put right within minutes.
 *   Time goes on from where it stood, until the wall has gone on from there for five minutes. Believed at once, the leap
 *   would fire every timer and end every window. Shorter leaps are downtime or a sleeping machine, and count at once.
 *
 * What it gives depends on the readings alone.
 */
export class SteadyClock {
  private now: number | undefined;
  private wall: number | undefined;
  private provenMs = 0;

  /** @param last the newest processing time that was ever given out, ms since epoch; undefined: none */
  constructor(last: number | undefined) {
    this.now = last;
  }

  /**
   * @param wall what the wall clock says now, ms since epoch
   * @returns processing time, integer ms since epoch; never less than before
   */
  read(wall: number): number {
    const since = wall - (this.wall ?? wall);
    const elapsed = since > 0 && since <= elapsedMsMax ? since : 0;
    this.wall = wall;
    const apart = wall - (this.now ?? wall);
    this.provenMs = apart > leapMs ? this.provenMs + elapsed : 0;
    if (this.now === undefined || (apart >= 0 && apart <= leapMs) || this.provenMs >= provingMs)
      this.now = wall;
    else this.now += apart < 0 && -apart <= slowedMsMax ? elapsed * slowedPace : elapsed;
    return Math.floor(this.now);
  }

  /** What is wrong with the wall clock, for a person; undefined while it is right, or nearly. */
  get trouble(): string | undefined {
    // After a restart nobody has looked at the wall yet.
    if (this.wall === undefined || this.now === undefined) return undefined;
    const apart = this.wall - this.now;
    if (apart > leapMs)
      return "the clock has leapt ahead by more than a year: it is believed when it stays there for 5 minutes";
    if (apart < -troubleMs)
      return "the clock has gone back: Millrace's time stays ahead of it, so that nothing is judged twice, and runs slower until they meet";
    return undefined;
  }
}

/** Readings come at least every second; a longer pause is a leap, and none of the wall's pace. */
const elapsedMsMax = 60_000;
const leapMs = 366 * 86_400_000;
const provingMs = 5 * 60_000;
const slowedMsMax = 86_400_000;
const slowedPace = 0.9;
/** Corrections by a second or two are daily business. */
const troubleMs = 60_000;
