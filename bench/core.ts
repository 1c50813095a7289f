/**
 * The engine alone on one core: messages per second through every operator with state, what sliding costs beside tumbling
 * and a thousand idle flows beside one, and the memory of 100,000 keys. Rates are by processor time of this process, garbage
 * collection included, so that other work on the machine counts less. Every row runs in a process of its own: what V8
 * learned from one operator must not speed up or slow down the next.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type MemoryCase, manyKeys, memoryCases } from "./core/manyKeys.ts";
import { type Load, loads, nameOf } from "./core/operators.ts";
import { engineOf, type Flow, reading } from "./core/rig.ts";

const devices = 100;
const batchInputs = 256;
const warmUpMs = 400;
const roundMs = 400;
const rounds = 3;
const flowsMany = 1_000;

const [role, which] = process.argv.slice(2);
if (role === "operator") console.log(nsPerMessage([flowOf(loads[Number(which)]!)], loads[Number(which)]!));
else if (role === "flows") console.log(nsPerMessage(crowd(), { type: "threshold", config: {} }));
else if (role === "keys") console.log(JSON.stringify(await manyKeys(memoryCases[Number(which)]!)));
else report();

function report(): void {
  const measured = loads.map((_, index) => Number(runAlone("operator", index)));
  row("messages/s, one core", "", "at least");
  for (const [index, load] of loads.entries()) {
    row(nameOf(load), perSecond(measured[index]!), load.isHeldToMillion ? "1,000,000" : "");
  }
  const of = (name: string) => measured[loads.findIndex((load) => nameOf(load) === name)]!;
  row("\ncost as ratio", "", "at most");
  row("window 1 h by 1 s / 1 min", (of("window, 1 h by 1 s") / of("window, 1 min")).toFixed(2), "3");
  const many = Number(runAlone("flows"));
  row(`${flowsMany} flows, one matches / 1 flow`, (many / of("threshold")).toFixed(2), "1.2");
  row("\n100,000 keys in one window node, MB", "heap", "resident");
  for (const [index, each] of memoryCases.entries()) {
    const { heapMb, residentMb } = JSON.parse(runAlone("keys", index)) as Awaited<
      ReturnType<typeof manyKeys>
    >;
    row(nameOfCase(each), heapMb.toFixed(0), residentMb.toFixed(0));
  }
  row("at most", "", "500");
}

/** Runs one measurement in a process of its own. @returns what it printed */
function runAlone(...measurement: readonly (string | number)[]): string {
  const file = fileURLToPath(import.meta.url);
  return execFileSync(process.execPath, ["--expose-gc", file, ...measurement.map(String)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
}

function flowOf({ type, config, ports = ["in"] }: Load, root = "in"): Flow {
  return { id: root, root, type, config, ports };
}

/** A thousand flows with thresholds, of which one hears the readings. */
function crowd(): Flow[] {
  const threshold = loads.find((load) => load.type === "threshold")!;
  return Array.from({ length: flowsMany }, (_, index) =>
    flowOf(threshold, index === 0 ? "in" : `idle${index}`),
  );
}

/** The best of some rounds: a device's reading every 100 ms by the clock of the engine, which runs as fast as it can. */
function nsPerMessage(flows: readonly Flow[], { ports = ["in"], value = wandering }: Load): number {
  let now = Date.UTC(2026, 0, 5);
  const engine = engineOf(flows, now);
  const inputs = Array.from({ length: devices * 20 + batchInputs }, (_, index) => {
    const device = index % devices;
    const root = ports.length === 1 ? "in" : `in/${ports[Math.floor(index / devices) % ports.length]}`;
    return reading(root, `dev-${device}`, value(index));
  });
  let position = 0;
  const run = (forMs: number): number => {
    let messages = 0;
    const before = process.cpuUsage();
    let spentUs = 0;
    // Asking for the processor time costs some of it: once for as many batches as take a while.
    let batches = 1;
    while (spentUs < forMs * 1_000) {
      for (let batch = 0; batch < batches; batch++) {
        const from = position % (inputs.length - batchInputs);
        now += batchInputs;
        engine.step({ now, position, inputs: inputs.slice(from, from + batchInputs) });
        engine.nextTimerAt();
        position += batchInputs;
        messages += batchInputs;
      }
      const { user, system } = process.cpuUsage(before);
      spentUs = user + system;
      if (spentUs < forMs * 100) batches *= 2;
    }
    return (spentUs * 1_000) / messages;
  };
  run(warmUpMs);
  return Math.min(...Array.from({ length: rounds }, () => run(roundMs)));
}

/** From 20 to 30, a tenth at a time for most. */
function wandering(index: number): number {
  return Math.round(10 * (20 + (Math.floor(index / devices) % 10) + (index % 7) / 10)) / 10;
}

function nameOfCase({ name }: MemoryCase): string {
  return `  ${name}`;
}

function perSecond(ns: number): string {
  return Math.round(1e9 / ns).toLocaleString("en");
}

function row(name: string, value: string, bound: string): void {
  console.log(name.padEnd(44) + value.padStart(12) + bound.padStart(12));
}
