/** What 100,000 devices cost in the memory of one window node, the engine and everything it keeps for them included. */
import { engineOf, reading } from "./rig.ts";

export interface MemoryCase {
  readonly name: string;
  readonly config: object;
  /** How often each device is heard, at intervals of `everyMs`. */
  readonly readings: number;
  readonly everyMs: number;
}

const average = [{ name: "avg", function: "avg", value: "payload" }];
const three = ["avg", "min", "max"].map((name) => ({ name, function: name, value: "payload" }));

export const memoryCases: readonly MemoryCase[] = [
  { name: "average of 5 min", config: { size: "5 min", aggregates: average }, readings: 8, everyMs: 60_000 },
  {
    name: "avg, min, max of 5 min",
    config: { size: "5 min", aggregates: three },
    readings: 8,
    everyMs: 60_000,
  },
  {
    name: "average of 1 h, every 5 min",
    config: { size: "1 h", hop: "5 min", aggregates: average },
    readings: 20,
    everyMs: 300_000,
  },
];

const keys = 100_000;
const batchInputs = 1_000;

export async function manyKeys({ config, readings, everyMs }: MemoryCase) {
  let now = Date.UTC(2026, 0, 5);
  const engine = engineOf([{ id: "f", root: "in", type: "window", config, ports: ["in"] }], now);
  let position = 0;
  for (let round = 0; round < readings; round++) {
    for (let first = 0; first < keys; first += batchInputs) {
      const inputs = Array.from({ length: batchInputs }, (_, index) =>
        reading("in", `dev-${first + index}`, 20 + ((first + index) % 100) / 10),
      );
      now += (everyMs * batchInputs) / keys;
      engine.step({ now, position, inputs });
      position += 1 + batchInputs;
      // A checkpoint a second: what changed leaves the engine and is let go.
      if (position % 50 === 0) engine.snapshot(true);
    }
  }
  engine.snapshot(true);
  // Twice, with a turn of the event loop between: memory outside the heap is let go late.
  for (let turn = 0; turn < 2; turn++) {
    gc!();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, rss } = process.memoryUsage();
  if (engine.telemetry("f").operator!.inputs.in!.count !== keys * readings)
    throw new Error("not all were heard");
  return { heapMb: heapUsed / 2 ** 20, residentMb: rss / 2 ** 20 };
}
