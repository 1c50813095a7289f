/** The second example flow against the demo building, both in this process under one hand-driven clock. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Activity, createActivities, stepActivity } from "../../examples/building/activity.ts";
import { createBuilding, stepBuilding } from "../../examples/building/model.ts";
import { createRandom } from "../../examples/building/random.ts";
import { rooms } from "../../examples/building/rooms.ts";
import { FlowRun } from "./flowRun.ts";

const flow = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../examples/flows/forgotten-lights.flow.json"), "utf8"),
);

/** The building and the flow, a second of the newcomer's time at a step. */
class Watch {
  readonly run = new FlowRun(flow);
  readonly activities: Map<string, Activity>;
  /** Rooms that were told to switch off, with the second. */
  readonly switchedOff: (readonly [room: string, second: number])[] = [];
  /** How long each room has been without motion, seconds. */
  readonly stillS = new Map<string, number>();
  private readonly random: ReturnType<typeof createRandom>;
  private building: ReturnType<typeof createBuilding>;
  private elapsedS = 0;

  constructor(seed: number) {
    this.random = createRandom(seed);
    this.building = createBuilding(rooms, this.random);
    this.activities = createActivities(this.building);
  }

  second(): void {
    const { run, activities, stillS } = this;
    this.elapsedS++;
    this.building = stepBuilding(this.building, rooms, 60, this.random);
    for (const { id } of rooms) {
      const before = activities.get(id)!;
      const after = stepActivity(before, this.building.rooms[id]!.people, 60, this.random);
      activities.set(id, after);
      stillS.set(id, after.moving ? 0 : (stillS.get(id) ?? 0) + 1);
      if (after.moving) run.receive(`building/${id}/motion`, { motion: true });
      if (after.lightOn !== before.lightOn || this.elapsedS % 5 === 0) this.reportLight(id);
    }
    run.advance(1_000);
    for (const { topic, payload } of run.published()) {
      const id = /^building\/(.+)\/light\/set$/.exec(topic)![1]!;
      expect(payload).toEqual({ on: false });
      expect(activities.get(id), `light of ${id}`).toMatchObject({ people: 0, lightOn: true });
      this.switchedOff.push([id, this.elapsedS]);
      activities.set(id, { ...activities.get(id)!, lightOn: false });
      this.reportLight(id);
    }
  }

  private reportLight(id: string): void {
    this.run.receive(`building/${id}/light`, { on: this.activities.get(id)!.lightOn });
  }
}

test("a light that was left on is noticed and switched off, and a visit is over, within a newcomer's first minute", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const watch = new Watch(seed);
    for (let elapsedS = 0; elapsedS < 60; elapsedS++) watch.second();
    expect(watch.switchedOff, `seed ${seed}`).not.toEqual([]);
    expect(watch.run.count("visits", "out"), `seed ${seed}`).toBeGreaterThan(0);
  }
});

test("no light stays on where nobody moves, and none goes out over somebody's head, for a working day", () => {
  const watch = new Watch(1);
  for (let elapsedS = 0; elapsedS < 600; elapsedS++) {
    watch.second();
    for (const { id } of rooms) {
      // 10 s until nobody moves, and 15 s in which nobody comes back.
      if (watch.stillS.get(id)! > 26) expect(watch.activities.get(id)!.lightOn, id).toBe(false);
    }
  }
  expect(watch.switchedOff.length).toBeGreaterThan(5);
  expect(watch.run.count("off", "failed")).toBe(0);
  expect(watch.run.count("off", "confirmed")).toBe(watch.switchedOff.length);
  expect(watch.run.count("visits", "out")).toBeGreaterThan(10);
  expect(watch.run.deadLetters).toEqual([]);
});
