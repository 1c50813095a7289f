/**
 * The example flow against the demo building, both in this process under one hand-driven clock: ten minutes of a
 * newcomer's first look, which is a working day in the building.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseCommand } from "../../examples/building/device.ts";
import { type Building, createBuilding, stepBuilding, withSetpoint } from "../../examples/building/model.ts";
import { createRandom } from "../../examples/building/random.ts";
import { rooms } from "../../examples/building/rooms.ts";
import { FlowRun } from "./flowRun.ts";

const flow = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../examples/flows/occupancy-setback.flow.json"), "utf8"),
);

test("empty rooms are set back and cool, used rooms are comfortable, and every command is obeyed", () => {
  const run = new FlowRun(flow);
  const random = createRandom(1);
  let building: Building = createBuilding(rooms, random);
  let commands = 0;
  let coldest = 99;

  for (let elapsedS = 0; elapsedS < 600; elapsedS++) {
    building = stepBuilding(building, rooms, 60, random);
    for (const { id } of rooms) {
      const room = building.rooms[id]!;
      run.receive(`building/${id}/occupancy`, { occupied: room.people > 0, people: room.people });
      run.receive(`building/${id}/telemetry`, { temperature: room.temperatureC, co2: room.co2Ppm });
      coldest = Math.min(coldest, room.temperatureC);
    }
    run.advance(1_000);
    for (const { topic, payload } of run.published()) {
      commands++;
      const id = /^building\/(.+)\/thermostat\/set$/.exec(topic)![1]!;
      building = withSetpoint(
        building,
        id,
        (parseCommand(JSON.stringify(payload)) as { setpointC: number }).setpointC,
      );
      run.receive(`building/${id}/thermostat/state`, { setpoint: building.rooms[id]!.setpointC });
    }
    for (const { id } of rooms) {
      const { people, sinceS, setpointC } = building.rooms[id]!;
      // A minute of building time passes per second here; the flow waits for twenty.
      if (people === 0 && sinceS > 25 * 60) expect(setpointC).toBe(17);
      if (people > 0 && sinceS > 60) expect(setpointC).toBe(21);
    }
  }

  expect(commands).toBeGreaterThan(20);
  expect(coldest).toBeLessThan(19);
  expect(run.count("thermostat", "failed")).toBe(0);
  expect(run.count("air", "raised")).toBeGreaterThan(0);
  expect(run.deadLetters).toEqual([]);
});
