/**
 * What people do in a room besides being there: they move, which the motion detector sees, and they switch on the light
 * and forget it at times.
 */
import type { Building } from "./model.ts";
import type { Random } from "./random.ts";

export interface Activity {
  /** As of the last step. */
  readonly people: number;
  /** The motion detector has seen somebody in the last step. */
  readonly moving: boolean;
  readonly lightOn: boolean;
}

/** How long somebody who works sits still, on average. */
const stillMeanS = 60;
/** The share of visits after which the light stays on. */
const forgottenShare = 0.4;

/** Rooms where the light has been on all night: a newcomer sees it noticed within the first minute. */
const litOvernight = ["room-2", "room-6"];

/** What goes on in each room as the building opens. */
export function createActivities(building: Building): Map<string, Activity> {
  const activities = Object.entries(building.rooms).map(([id, { people }]): [string, Activity] => [
    id,
    { people, moving: people > 0, lightOn: people > 0 || litOvernight.includes(id) },
  ]);
  return new Map(activities);
}

/**
 * Lets building time pass.
 * @param people who is in the room now
 */
export function stepActivity(before: Activity, people: number, dtS: number, random: Random): Activity {
  if (people > 0) {
    const moving = before.people === 0 || random.next() < 1 - Math.exp(-dtS / stillMeanS);
    // Who moves in the dark reaches for the switch.
    return { people, moving, lightOn: before.lightOn || moving };
  }
  const left = before.people > 0;
  const lightOn = before.lightOn && (!left || random.next() < forgottenShare);
  return { people, moving: false, lightOn };
}
