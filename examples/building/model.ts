/**
 * The physics of the demo building, in pure functions: each room is one heat capacity between a heater, its people,
 * its neighbours and the weather. Time is the building's own, in seconds since Monday 00:00.
 */
import { type Occupancy, stepOccupancy } from "./occupancy.ts";
import type { Random } from "./random.ts";
import type { RoomSpec } from "./rooms.ts";

export interface Building {
  readonly clockS: number;
  readonly outsideC: number;
  readonly rooms: Readonly<Record<string, Room>>;
}

export interface Room extends Occupancy {
  readonly temperatureC: number;
  /** Relative, percent. */
  readonly humidity: number;
  readonly co2Ppm: number;
  readonly setpointC: number;
  /** Opening of the heater's valve, 0 to 1. */
  readonly valve: number;
}

/** What a thermostat accepts. */
export const setpointRangeC = { min: 5, max: 30 } as const;

/** Monday 08:20, when the building fills: a newcomer sees people come and go from the first minute. */
const startS = 8 * 3600 + 20 * 60;

const innerWallWPerK = 25;
/** A person, and the lamp and computer that go with one. */
const personW = 160;
/** Valve fully open this far below the setpoint, and shut at it. */
const valveBandK = 1.2;
/** A shut valve opens again only this far below the setpoint, so that it does not chatter on noise. */
const valveHysteresisK = 0.2;
const co2OutsidePpm = 420;
const co2LitresPerPersonS = 0.005;
const ventilationPerHour = 1.4;
const stepMaxS = 60;

export function createBuilding(specs: readonly RoomSpec[], random: Random): Building {
  const rooms = specs.map((spec, index): [string, Room] => [
    spec.id,
    {
      people: index % 2 === 0 ? 1 + Math.floor(random.next() * spec.peopleMax) : 0,
      sinceS: 0,
      temperatureC: 19 + random.next() * 2,
      humidity: 38 + random.next() * 6,
      co2Ppm: 500,
      setpointC: 21,
      valve: 0,
    },
  ]);
  return { clockS: startS, outsideC: outsideAt(startS), rooms: Object.fromEntries(rooms) };
}

/** Lets building time pass, in steps short enough for the arithmetic. */
export function stepBuilding(
  before: Building,
  specs: readonly RoomSpec[],
  dtS: number,
  random: Random,
): Building {
  let building = before;
  for (let leftS = dtS; leftS > 0; leftS -= stepMaxS) {
    building = stepOnce(building, specs, Math.min(leftS, stepMaxS), random);
  }
  return building;
}

/** @returns the building with a new setpoint; the caller has checked {@link setpointRangeC} */
export function withSetpoint(building: Building, roomId: string, setpointC: number): Building {
  const room = building.rooms[roomId];
  if (!room) throw new Error(`The demo building has no room ${roomId}`);
  return { ...building, rooms: { ...building.rooms, [roomId]: { ...room, setpointC } } };
}

/** A raw spring: about 7 °C in the afternoon, -1 °C before dawn, and a week with its own ups and downs. */
export function outsideAt(clockS: number): number {
  const days = clockS / 86_400;
  return 3 + 4 * Math.sin(2 * Math.PI * (days - 0.375)) + 2 * Math.sin((2 * Math.PI * days) / 5.3);
}

function stepOnce(before: Building, specs: readonly RoomSpec[], dtS: number, random: Random): Building {
  const rooms = specs.map((spec): [string, Room] => [spec.id, stepRoom(before, spec, dtS, random)]);
  const clockS = before.clockS + dtS;
  return { clockS, outsideC: outsideAt(clockS), rooms: Object.fromEntries(rooms) };
}

function stepRoom(building: Building, spec: RoomSpec, dtS: number, random: Random): Room {
  const room = building.rooms[spec.id];
  if (!room) throw new Error(`The demo building has no room ${spec.id}`);
  const occupancy = stepOccupancy(room, spec, building.clockS, dtS, random);
  const valve = stepValve(room);
  const walls = spec.neighbours.reduce(
    (sum, id) =>
      sum + innerWallWPerK * ((building.rooms[id]?.temperatureC ?? room.temperatureC) - room.temperatureC),
    0,
  );
  const powerW =
    valve * spec.heaterW +
    room.people * personW +
    walls +
    spec.lossWPerK * (building.outsideC - room.temperatureC);
  return {
    ...occupancy,
    setpointC: room.setpointC,
    valve,
    temperatureC: room.temperatureC + (powerW * dtS) / spec.capacityJPerK,
    co2Ppm: stepCo2(room, spec, dtS),
    humidity: stepHumidity(room, spec, dtS),
  };
}

/** Proportional below the setpoint, with a dead band before it opens again. */
function stepValve(room: Room): number {
  const belowK = room.setpointC - room.temperatureC;
  if (room.valve === 0 && belowK < valveHysteresisK) return 0;
  return Math.min(Math.max(belowK / valveBandK, 0), 1);
}

/** Mass balance of CO2 between breath and ventilation. */
function stepCo2(room: Room, spec: RoomSpec, dtS: number): number {
  const breathPpmPerS = (room.people * co2LitresPerPersonS * 1000) / spec.volumeM3;
  const ventedPpmPerS = ((room.co2Ppm - co2OutsidePpm) * ventilationPerHour) / 3600;
  return room.co2Ppm + (breathPpmPerS - ventedPpmPerS) * dtS;
}

/** Drifts towards what people bring in and heating dries out, within two hours or so. */
function stepHumidity(room: Room, spec: RoomSpec, dtS: number): number {
  const target = 36 + (900 * room.people) / (spec.volumeM3 * 3) - 0.6 * (room.temperatureC - 20);
  const next = room.humidity + ((Math.min(target, 75) - room.humidity) * dtS) / 7200;
  return Math.min(Math.max(next, 15), 95);
}
