import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Input } from "../../runtime/core/engine/input.ts";
import { testPlatform } from "../harness/platform.ts";
import { loadBareCore } from "./bareV8.ts";
import { root } from "./sources.ts";

test("the bundled core runs a flow in a V8 without Node, Date, Math.random and Intl", async () => {
  const core = await loadBareCore();
  expect(core.bareGlobals()).toEqual(["undefined", "undefined", "undefined", "undefined", "undefined"]);

  const text = readFileSync(join(root, "examples/flows/occupancy-setback.flow.json"), "utf8");
  const { flow } = core.parseFlowText(text);
  const { plan, diagnostics } = core.compileFlow(flow!, core.createCatalogue(core.nodeTypes), testPlatform);
  expect(JSON.stringify(diagnostics)).toBe("[]");

  const start = 1_800_000_000_000;
  const engine = new core.Engine(testPlatform);
  engine.deploy(plan!, start);
  const message = (topic: string, payload: object): Input => ({
    kind: "mqtt",
    connection: "default",
    topic,
    payload: new TextEncoder().encode(JSON.stringify(payload)),
    retained: false,
  });

  const empty = message("building/room-1/occupancy", { occupied: false, people: 0 });
  expect(engine.step({ now: start, position: 1, inputs: [empty] }).effects).toEqual([]);
  const { effects } = engine.step({ now: start + 21_000, position: 2, inputs: [] });
  expect(effects.map(({ effect }) => effect)).toMatchObject([
    { kind: "publish", topic: "building/room-1/thermostat/set", payload: '{"setpoint":17}' },
  ]);
  expect(engine.telemetry("occupancy-setback").thermostat?.status?.text).toBe("1 unconfirmed");

  const report = message("building/room-1/thermostat/state", { setpoint: 17, heating: false });
  engine.step({ now: start + 22_000, position: 3, inputs: [report] });
  expect(engine.telemetry("occupancy-setback").thermostat?.outputs.confirmed?.count).toBe(1);
});
