import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import { FlowRun } from "./flowRun.ts";

const second = 1_000;
const minute = 60_000;

function start(id: string): FlowRun {
  const file = join(import.meta.dirname, "../../examples/templates", `${id}.json`);
  return new FlowRun((JSON.parse(readFileSync(file, "utf8")) as { flow: FlowDocument }).flow);
}

test("average over five minutes: publishes the average of each room", () => {
  const run = start("five-minute-average");
  // 1_800_000_000_000 is a whole multiple of 30 s: a minute of readings, then the windows that hold them all.
  for (const temperature of [20, 21, 22]) {
    run.receive("building/room-1/telemetry", { temperature });
    run.receive("building/room-2/telemetry", { temperature: temperature - 4 });
    run.advance(9 * second);
  }
  run.advance(10 * second);
  expect(run.published()).toEqual([
    { topic: "averages/room-1/temperature", payload: { average: 21, highest: 22, readings: 3 } },
    { topic: "averages/room-2/temperature", payload: { average: 17, highest: 18, readings: 3 } },
  ]);
  expect(run.deadLetters).toEqual([]);
});

test("too warm for a while: turns the thermostat down after a minute and up again when it has cooled", () => {
  const run = start("too-warm-command");
  run.receive("building/room-1/telemetry", { temperature: 22.4 });
  run.advance(59 * second);
  expect(run.published()).toEqual([]);
  run.advance(2 * second);
  expect(run.published()).toEqual([{ topic: "building/room-1/thermostat/set", payload: { setpoint: 18 } }]);
  run.receive("building/room-1/thermostat/state", { setpoint: 18 });
  expect(run.count("thermostat", "confirmed")).toBe(1);
  run.receive("building/room-1/telemetry", { temperature: 21.4 });
  expect(run.published()).toEqual([{ topic: "building/room-1/thermostat/set", payload: { setpoint: 21 } }]);
  run.advance(2 * minute);
  expect(run.count("thermostat", "failed")).toBe(1);
  expect(run.deadLetters).toEqual([]);
});

test("stop a machine on an anomaly: stops it once, insists until it stands, and raises and clears the alarm", () => {
  const run = start("stop-on-vibration");
  const vibrate = (rms: number, forMs: number) => {
    for (let ms = 0; ms < forMs; ms += 500) {
      run.receive("machines/press-1/vibration", { rms });
      run.advance(500);
    }
  };
  vibrate(3, 5 * second);
  vibrate(12, second);
  vibrate(3, 5 * second);
  expect(run.published()).toEqual([]);

  vibrate(12, 5 * second);
  const raised = run.published();
  expect(raised.filter(({ topic }) => topic === "machines/press-1/command")).toEqual([
    { topic: "machines/press-1/command", payload: { command: "stop" } },
  ]);
  expect(raised.filter(({ topic }) => topic === "alarms/press-1")).toMatchObject([
    { payload: { vibration: "raised", limit: 7.1, unit: "mm/s" } },
  ]);

  run.advance(2 * second);
  expect(run.published()).toEqual([{ topic: "machines/press-1/command", payload: { command: "stop" } }]);
  run.receive("machines/press-1/state", { state: "stopped" });
  vibrate(0, 5 * second);
  expect(run.published()).toMatchObject([{ topic: "alarms/press-1", payload: { vibration: "cleared" } }]);
  expect(run.count("stop", "confirmed")).toBe(1);
  expect(run.count("stop", "failed")).toBe(0);
  expect(run.deadLetters).toEqual([]);
});

test("occupancy setback: lowers a room after ten empty minutes, and raises it as soon as somebody comes", () => {
  const run = start("occupancy-setback");
  run.receive("building/room-1/occupancy", { occupied: false, people: 0 });
  run.receive("building/room-2/occupancy", { occupied: true, people: 2 });
  run.advance(10 * minute + second);
  expect(run.published()).toEqual([{ topic: "building/room-1/thermostat/set", payload: { setpoint: 17 } }]);
  run.receive("building/room-1/thermostat/state", { setpoint: 17 });
  run.receive("building/room-1/occupancy", { occupied: true, people: 1 });
  expect(run.published()).toEqual([{ topic: "building/room-1/thermostat/set", payload: { setpoint: 21 } }]);
  expect(run.deadLetters).toEqual([]);
});
