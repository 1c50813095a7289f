/** The benchmark of operators runs for minutes; that it can run at all is tested here. */
import { describe, expect, it } from "vitest";
import { memoryCases } from "../../bench/core/manyKeys.ts";
import { loads, nameOf } from "../../bench/core/operators.ts";
import { engineOf, reading } from "../../bench/core/rig.ts";
import { nodeTypes } from "../../nodes/index.ts";

/** They need another node before them, or a device behind. */
const unmeasured = ["collect", "device-command"];

describe("npm run bench -- core", () => {
  it("has a row for every operator with state per key", () => {
    const measured = new Set(loads.map((load) => load.type));
    const keyed = nodeTypes.filter((type) => type.keyed).map((type) => type.type);
    expect(keyed.filter((type) => !measured.has(type)).sort()).toEqual(unmeasured);
    expect(new Set(loads.map(nameOf)).size).toBe(loads.length);
  });

  it.each(loads.map((load) => [nameOf(load), load] as const))(
    "feeds readings through %s",
    (_name, { type, config, ports = ["in"] }) => {
      const engine = engineOf([{ id: "f", root: "in", type, config, ports }], 0);
      const root = ports.length === 1 ? "in" : `in/${ports[0]}`;
      engine.step({ now: 1, position: 0, inputs: [reading(root, "a", 1), reading("elsewhere", "a", 1)] });
      expect(engine.unrouted).toBe(1);
      expect(engine.telemetry("f").operator).toMatchObject({
        inputs: { [ports[0]!]: { count: 1 } },
        failed: 0,
      });
    },
  );

  it("measures the memory of windows that compile", () => {
    for (const { config } of memoryCases)
      expect(engineOf([{ id: "f", root: "in", type: "window", config, ports: ["in"] }], 0).flows).toEqual([
        "f",
      ]);
  });
});
