/**
 * The reference flow, MQTT → JSONata transform → threshold → MQTT, against a hand-written loop over MQTT.js in the same
 * run. The ratios carry from machine to machine, the rates do not. There is no journal yet; checkpoints are in.
 */
import { isMainThread } from "node:worker_threads";
import { type Measure, measureMillrace, measureRaw, playRole } from "./load/measure.ts";
import type { LoadSettings } from "./load/server.ts";

/** Of ten messages one makes an output, see load/reading.ts. */
const messagesPerOutput = 10;
const rounds = 2;

if (isMainThread) await compare();
else await playRole();

async function compare(): Promise<void> {
  console.log(`messages/s, best of ${rounds}        raw MQTT.js    Millrace    ratio   at least`);
  for (const [qos, least] of [
    [0, 0.75],
    [1, 0.85],
  ] as const) {
    const settings = { qos, perSecond: 0, perPhase: messagesPerOutput };
    let raw = 0;
    let ours = 0;
    // In turns, so that a busy moment of the machine does not hit one side alone.
    for (let round = 0; round < rounds; round++) {
      raw = Math.max(raw, await rate(measureRaw, settings));
      ours = Math.max(ours, await rate(measureMillrace, settings));
    }
    console.log(
      `QoS ${qos}                        ${column(raw)}${column(ours)}${(ours / raw).toFixed(2).padStart(9)}${String(least).padStart(11)}`,
    );
  }
}

async function rate(measure: Measure, settings: LoadSettings): Promise<number> {
  const { outputs, elapsedMs } = await measure(new URL(import.meta.url), settings);
  return (outputs * messagesPerOutput * 1000) / elapsedMs;
}

function column(value: number): string {
  return Math.round(value).toLocaleString("en").padStart(12);
}
