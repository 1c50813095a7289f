/** The six rooms of the demo building: what they are made of and when people use them. */

export interface RoomSpec {
  /** Also the level of its topics: `building/room-1/telemetry`. */
  readonly id: string;
  readonly name: string;
  readonly volumeM3: number;
  /** Air, furniture and the inner half of the walls. */
  readonly capacityJPerK: number;
  /** Through the outer walls and by ventilation. */
  readonly lossWPerK: number;
  readonly heaterW: number;
  /** Rooms behind an inner wall. */
  readonly neighbours: readonly string[];
  readonly peopleMax: number;
  /** The first period that holds the hour counts; outside all of them the room is at its quiet times. */
  readonly usage: readonly UsagePeriod[];
}

export interface UsagePeriod {
  readonly days: "workdays" | "weekend" | "all";
  /** Hours of the day, [from, to). */
  readonly from: number;
  readonly to: number;
  /** How long people stay, and how long the room then stays empty, on average. */
  readonly stayMin: number;
  readonly gapMin: number;
}

/** Nights and weekends: a cleaner, a guard, somebody who forgot a bag. */
export const quietTimes: Pick<UsagePeriod, "stayMin" | "gapMin"> = { stayMin: 20, gapMin: 200 };

export const rooms: readonly RoomSpec[] = [
  {
    id: "room-1",
    name: "Reception",
    volumeM3: 140,
    capacityJPerK: 2_600_000,
    lossWPerK: 130,
    heaterW: 5_200,
    neighbours: ["room-2", "room-6"],
    peopleMax: 4,
    usage: [{ days: "workdays", from: 7, to: 19, stayMin: 110, gapMin: 30 }],
  },
  {
    id: "room-2",
    name: "Meeting room Alder",
    volumeM3: 70,
    capacityJPerK: 1_300_000,
    lossWPerK: 55,
    heaterW: 2_400,
    neighbours: ["room-1", "room-3"],
    peopleMax: 8,
    usage: [{ days: "workdays", from: 8, to: 18, stayMin: 50, gapMin: 60 }],
  },
  {
    id: "room-3",
    name: "Meeting room Birch",
    volumeM3: 60,
    capacityJPerK: 1_200_000,
    lossWPerK: 50,
    heaterW: 2_200,
    neighbours: ["room-2", "room-4"],
    peopleMax: 6,
    usage: [{ days: "workdays", from: 8, to: 18, stayMin: 45, gapMin: 75 }],
  },
  {
    id: "room-4",
    name: "Open office",
    volumeM3: 320,
    capacityJPerK: 5_800_000,
    lossWPerK: 240,
    heaterW: 10_000,
    neighbours: ["room-3", "room-5"],
    peopleMax: 18,
    usage: [
      { days: "workdays", from: 12, to: 13, stayMin: 20, gapMin: 40 },
      { days: "workdays", from: 7, to: 18, stayMin: 240, gapMin: 25 },
    ],
  },
  {
    id: "room-5",
    name: "Workshop",
    volumeM3: 210,
    capacityJPerK: 4_200_000,
    lossWPerK: 220,
    heaterW: 8_500,
    neighbours: ["room-4", "room-6"],
    peopleMax: 5,
    usage: [{ days: "all", from: 6, to: 22, stayMin: 70, gapMin: 80 }],
  },
  {
    id: "room-6",
    name: "Canteen",
    volumeM3: 260,
    capacityJPerK: 4_000_000,
    lossWPerK: 170,
    heaterW: 7_000,
    neighbours: ["room-5", "room-1"],
    peopleMax: 30,
    usage: [
      { days: "workdays", from: 11, to: 14, stayMin: 80, gapMin: 15 },
      { days: "workdays", from: 7, to: 20, stayMin: 25, gapMin: 70 },
    ],
  },
];
