import { describe, expect, test } from "vitest";
import {
  type Building,
  createBuilding,
  type Room,
  stepBuilding,
  withSetpoint,
} from "../../examples/building/model.ts";
import { createRandom } from "../../examples/building/random.ts";
import { rooms } from "../../examples/building/rooms.ts";

const minute = 60;
const hour = 3600;

/** A building in which nobody comes or goes: what is measured has one cause. */
function still(change: Partial<Room>): Building {
  const building = createBuilding(rooms, createRandom(1));
  const calm: Room = {
    people: 0,
    sinceS: 0,
    temperatureC: 20,
    humidity: 40,
    co2Ppm: 420,
    setpointC: 5,
    valve: 0,
  };
  return { ...building, rooms: Object.fromEntries(rooms.map((spec) => [spec.id, { ...calm, ...change }])) };
}

const uneventful = { next: () => 1, normal: () => 0 };

function within([least, most]: readonly [number, number], from: number, to: number): boolean {
  return least >= from && most <= to;
}

function temperatures(building: Building): number[] {
  return Object.values(building.rooms).map((room) => room.temperatureC);
}

describe("a room", () => {
  test("cools towards the weather when it is set back, by degrees within two minutes of a newcomer's time", () => {
    const before = still({ temperatureC: 21, setpointC: 16 });
    const after = stepBuilding(before, rooms, 2 * hour, uneventful);
    for (const temperature of temperatures(after)) {
      expect(temperature).toBeLessThan(20);
      expect(temperature).toBeGreaterThan(before.outsideC);
    }
  });

  test("warms up to just below its setpoint and stays there", () => {
    const warmed = stepBuilding(still({ temperatureC: 16, setpointC: 21 }), rooms, 6 * hour, uneventful);
    const later = stepBuilding(warmed, rooms, 2 * hour, uneventful);
    for (const building of [warmed, later]) {
      for (const temperature of temperatures(building)) {
        expect(temperature).toBeGreaterThan(20);
        expect(temperature).toBeLessThan(21);
      }
    }
  });

  test("is warmed and breathed in by its people", () => {
    const empty = stepBuilding(still({}), rooms, hour, uneventful);
    const full = stepBuilding(still({ people: 4 }), rooms, hour, uneventful);
    for (const { id } of rooms) {
      expect(full.rooms[id]!.temperatureC).toBeGreaterThan(empty.rooms[id]!.temperatureC);
      expect(full.rooms[id]!.co2Ppm).toBeGreaterThan(empty.rooms[id]!.co2Ppm + 50);
      expect(full.rooms[id]!.humidity).toBeGreaterThan(empty.rooms[id]!.humidity);
    }
  });

  test("takes heat from a warmer neighbour", () => {
    const cold = still({});
    const beside: Building = {
      ...cold,
      rooms: { ...cold.rooms, "room-2": { ...cold.rooms["room-2"]!, temperatureC: 30 } },
    };
    const alone = stepBuilding(cold, rooms, hour, uneventful).rooms["room-1"]!.temperatureC;
    expect(stepBuilding(beside, rooms, hour, uneventful).rooms["room-1"]!.temperatureC).toBeGreaterThan(
      alone,
    );
  });

  test("does not open its valve again for a tenth of a degree", () => {
    const shut = still({ temperatureC: 20.9, setpointC: 21, valve: 0 });
    expect(stepBuilding(shut, rooms, 1, uneventful).rooms["room-1"]!.valve).toBe(0);
    const cold = still({ temperatureC: 20.5, setpointC: 21, valve: 0 });
    expect(stepBuilding(cold, rooms, 1, uneventful).rooms["room-1"]!.valve).toBeGreaterThan(0);
  });
});

describe("the building", () => {
  test("passes the same week twice with the same seed, and another with another", () => {
    const week = (seed: number) => {
      const random = createRandom(seed);
      return stepBuilding(createBuilding(rooms, random), rooms, 7 * 24 * hour, random);
    };
    expect(week(7)).toEqual(week(7));
    expect(week(7)).not.toEqual(week(8));
  });

  test("stays within what sensors can report, through two weeks", () => {
    const random = createRandom(3);
    let building = createBuilding(rooms, random);
    const seen: Room[] = [];
    for (let elapsedS = 0; elapsedS < 14 * 24 * hour; elapsedS += 10 * minute) {
      building = stepBuilding(building, rooms, 10 * minute, random);
      seen.push(...Object.values(building.rooms));
    }
    const range = (of: (room: Room) => number) =>
      [Math.min(...seen.map(of)), Math.max(...seen.map(of))] as const;
    expect(
      within(
        range(({ temperatureC }) => temperatureC),
        15,
        30,
      ),
    ).toBe(true);
    expect(
      within(
        range(({ humidity }) => humidity),
        15,
        95,
      ),
    ).toBe(true);
    expect(
      within(
        range(({ co2Ppm }) => co2Ppm),
        400,
        3000,
      ),
    ).toBe(true);
    expect(
      within(
        range(({ valve }) => valve),
        0,
        1,
      ),
    ).toBe(true);
  });

  test("has rooms that empty for half an hour many times a working day, so that the example flow acts", () => {
    const random = createRandom(1);
    let building = createBuilding(rooms, random);
    let setbacks = 0;
    for (let elapsedS = 0; elapsedS < 10 * hour; elapsedS += minute) {
      building = stepBuilding(building, rooms, minute, random);
      for (const { people, sinceS } of Object.values(building.rooms)) {
        if (people === 0 && sinceS === 30 * minute) setbacks++;
      }
    }
    expect(setbacks).toBeGreaterThan(10);
  });

  test("changes the setpoint of one room alone", () => {
    const changed = withSetpoint(still({}), "room-3", 17.5);
    expect(
      Object.entries(changed.rooms)
        .filter(([, room]) => room.setpointC === 17.5)
        .map(([id]) => id),
    ).toEqual(["room-3"]);
  });
});
