import { expect, test } from "vitest";
import { stepOccupancy, usageAt } from "../../examples/building/occupancy.ts";
import { createRandom } from "../../examples/building/random.ts";
import { quietTimes, rooms } from "../../examples/building/rooms.ts";

const hour = 3600;
const day = 24 * hour;
const canteen = rooms.find((room) => room.name === "Canteen")!;
const workshop = rooms.find((room) => room.name === "Workshop")!;

test("the hour and the day of the week choose how a room is used", () => {
  expect(usageAt(canteen, 12 * hour)).toBe(canteen.usage[0]);
  expect(usageAt(canteen, 15 * hour)).toBe(canteen.usage[1]);
  expect(usageAt(canteen, 22 * hour)).toBe(quietTimes);
  expect(usageAt(canteen, 5 * day + 12 * hour)).toBe(quietTimes);
  expect(usageAt(canteen, 7 * day + 12 * hour)).toBe(canteen.usage[0]);
  expect(usageAt(workshop, 5 * day + 12 * hour)).toBe(workshop.usage[0]);
});

test("people neither come nor go within six minutes of the last change", () => {
  const eager = { next: () => 0, normal: () => 0 };
  expect(stepOccupancy({ people: 3, sinceS: 0 }, canteen, 0, 300, eager).people).toBe(3);
  expect(stepOccupancy({ people: 3, sinceS: 300 }, canteen, 0, 60, eager)).toEqual({ people: 0, sinceS: 0 });
  expect(stepOccupancy({ people: 0, sinceS: 300 }, canteen, 0, 60, eager).people).toBe(1);
});

test("stays last as long as the schedule says, on average", () => {
  const random = createRandom(11);
  const noon = 12 * hour;
  const lengthsMin: number[] = [];
  for (let trial = 0; trial < 2000; trial++) {
    let occupancy = { people: 5, sinceS: 0 };
    let lengthS = 0;
    while (occupancy.people > 0) {
      occupancy = stepOccupancy(occupancy, canteen, noon, 60, random);
      lengthS += 60;
    }
    lengthsMin.push(lengthS / 60);
  }
  const mean = lengthsMin.reduce((sum, each) => sum + each, 0) / lengthsMin.length;
  expect(mean).toBeGreaterThan(80 * 0.93);
  expect(mean).toBeLessThan(80 * 1.07);
});
