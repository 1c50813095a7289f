import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SteadyClock } from "../../../runtime/core/time/steadyClock.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;
const start = 1_800_000_000_000;

/** Reads every second for a while; gives the last reading. */
function run(clock: SteadyClock, wall: number, forMs: number): number {
  let now = clock.read(wall);
  for (let passed = second; passed <= forMs; passed += second) now = clock.read(wall + passed);
  return now;
}

describe("the steady clock", () => {
  it("is the wall clock while that goes ahead, after downtime too", () => {
    const clock = new SteadyClock(start);
    expect(clock.read(start + 7 * day)).toBe(start + 7 * day);
    expect(clock.read(start + 8 * day)).toBe(start + 8 * day);
    expect(new SteadyClock(undefined).read(0)).toBe(0);
  });

  it("goes on slower when the wall goes back, until they meet", () => {
    const clock = new SteadyClock(undefined);
    clock.read(start + hour);
    expect(clock.read(start)).toBe(start + hour);
    expect(clock.trouble).toContain("gone back");
    expect(run(clock, start, hour)).toBe(start + hour + 0.9 * hour);
    expect(run(clock, start + hour, 9 * hour + second)).toBe(start + 10 * hour + second);
    expect(clock.trouble).toBeUndefined();
  });

  it("goes on at the wall's pace when years apart: no duration stands still", () => {
    const clock = new SteadyClock(start + 30 * year);
    clock.read(start);
    expect(run(clock, start, hour)).toBe(start + 30 * year + hour);
  });

  it("does not believe a leap of years that is put right within minutes", () => {
    const clock = new SteadyClock(start);
    run(clock, start, minute);
    expect(run(clock, start + 73 * year, 4 * minute)).toBe(start + 5 * minute);
    expect(clock.trouble).toContain("leapt ahead");
    expect(run(clock, start + 5 * minute, minute)).toBe(start + 6 * minute);
    expect(clock.trouble).toBeUndefined();
    // Neither does it add up several leaps.
    expect(run(clock, start + 73 * year, 4 * minute)).toBe(start + 10 * minute);
  });

  it("believes a leap of years that stays, as of a machine that was off for long", () => {
    const clock = new SteadyClock(start);
    expect(run(clock, start + 2 * year, 5 * minute)).toBe(start + 2 * year + 5 * minute);
  });

  it("starts from what was stored while a clock without battery still says 1970", () => {
    const clock = new SteadyClock(start);
    expect(run(clock, 0, minute)).toBe(start + minute);
    expect(clock.read(start + 2 * hour)).toBe(start + 2 * hour);
  });

  it("never goes back, and never stands still while the wall goes on", () => {
    const leap = fc.oneof(
      fc.integer({ min: -40 * year, max: 40 * year }),
      fc.integer({ min: -hour, max: hour }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(leap, fc.integer({ min: 2, max: 100 })), { maxLength: 20 }), (leaps) => {
        const clock = new SteadyClock(start);
        let wall = start;
        let before = clock.read(wall);
        for (const [off, seconds] of leaps) {
          wall += off;
          const first = clock.read(wall);
          wall += seconds * second;
          const now = run(clock, wall - seconds * second, seconds * second);
          expect(first).toBeGreaterThanOrEqual(before);
          expect(now - first).toBeGreaterThanOrEqual(Math.floor(0.9 * seconds * second) - 1);
          before = now;
        }
      }),
    );
  });
});

it("a restart says nothing of the clock before it has looked at it", () => {
  const clock = new SteadyClock(1_700_000_000_000);
  expect(clock.trouble).toBeUndefined();
  clock.read(1_700_000_005_000);
  expect(clock.trouble).toBeUndefined();
});
