/** From a reading on the wire to the command on the wire, at a pace that leaves room: every reading makes a command. */
import { isMainThread } from "node:worker_threads";
import { measureMillrace, measureRaw, playRole } from "./load/measure.ts";

const perSecond = 5000;

if (isMainThread) await compare();
else await playRole();

async function compare(): Promise<void> {
  console.log(`reading to command at ${perSecond} messages/s     p50, ms     p99, ms   p99 at most`);
  for (const [name, measure, most] of [
    ["raw MQTT.js", measureRaw, ""],
    ["Millrace", measureMillrace, "5"],
  ] as const) {
    const settings = { qos: 0, perSecond, perPhase: 1 } as const;
    const { latencies } = await measure(new URL(import.meta.url), settings);
    const at = (share: number) => (latencies[Math.floor(latencies.length * share)] ?? Number.NaN).toFixed(2);
    console.log(name.padEnd(40) + at(0.5).padStart(12) + at(0.99).padStart(12) + most.padStart(14));
  }
}
