/**
 * One run of torture: the built runtime under load while everything around it, and it itself, is killed, frozen, cut off
 * and lied to, at moments that a seed decides; and then the auditor's word on it.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Chance } from "../core/expression/fuzz/chance.ts";
import { freePort } from "../mqtt/brokers.ts";
import { Auditor, type Verdict } from "./auditor.ts";
import { BadNetwork } from "./badNetwork.ts";
import { type BrokerKind, mosquitto, ownBroker } from "./brokers.ts";
import { doNext, type FaultName, faults, type World } from "./faults.ts";
import { batchSize, maxDelayMs, tortureFlows } from "./flows.ts";
import { pause, until } from "./pause.ts";
import { Plant } from "./plant.ts";
import { Readings } from "./readings.ts";
import { Victim } from "./victim.ts";

export interface TortureOptions {
  readonly seed: number;
  /** How long faults go on; what is on its way then still gets time to arrive. */
  readonly ms: number;
  readonly broker: BrokerKind;
  /** Everything of the run; made, and kept for a look at what went wrong. */
  readonly folder: string;
  /** The built test/broker/brokerProcess.ts. */
  readonly brokerProgram: string;
  readonly faults?: readonly FaultName[];
  /** Of the runtime's command line. */
  readonly args?: readonly string[];
  /** Rounds of event time per second; each is five readings and some. */
  readonly roundsPerS?: number;
  readonly tell?: (text: string) => void;
}

export interface Outcome extends Verdict {
  readonly complaints: readonly string[];
  readonly sent: number;
  readonly received: number;
  /** Results that came again in the same words. */
  readonly repeats: number;
  readonly faults: Readonly<Record<string, number>>;
}

const name = "plant";
/** Without any progress for this long, what is missing is lost. */
const patienceMs = 25_000;

export async function torture(options: TortureOptions): Promise<Outcome> {
  const { seed, ms, folder, tell = () => undefined } = options;
  mkdirSync(folder, { recursive: true });
  const chance = new Chance(seed);
  const port = await freePort();
  const isInside = options.broker === "inside";
  const broker = isInside
    ? undefined
    : options.broker === "mosquitto"
      ? mosquitto(folder, port)
      : ownBroker(options.brokerProgram, folder, port);
  const network = isInside ? undefined : new BadNetwork(port);
  const nearPort = (await network?.listen()) ?? port;
  const place = isInside ? ["--mqtt-port", `${port}`] : ["--mqtt", `mqtt://127.0.0.1:${port}`];
  const victim = new Victim(folder, [...place, ...(options.args ?? [])]);
  const connection = isInside ? "default" : name;
  const flows = tortureFlows(connection);
  const auditor = new Auditor();
  const world: World = { victim, broker, network, flows, chance, done: new Map(), complaints: [] };
  const readings = new Readings(seed, Date.now());
  let plant: Plant | undefined;
  let sending: NodeJS.Timeout | undefined;
  try {
    await broker?.start();
    victim.child.start();
    await victim.ready();
    const protocol = options.broker === "mosquitto" && seed % 2 === 1 ? "5" : "3.1.1";
    if (!isInside) await victim.connect(name, nearPort, protocol);
    const devices = new Plant(port, auditor);
    plant = devices;
    await plant.listen();
    for (const flow of flows) await victim.deploy(flow);
    await plant.heard(patienceMs);
    sending = setInterval(
      () => {
        // A broker that is down is not buried under what it missed.
        if (devices.unconfirmed < 1_000) devices.report(readings.round());
      },
      1_000 / (options.roundsPerS ?? 20),
    );
    const names = options.faults ?? (Object.keys(faults) as FaultName[]);
    for (const end = Date.now() + ms; Date.now() < end; ) {
      await pause(chance.below(1_500));
      const did = await doNext(world, names);
      tell(`${did}; sent ${auditor.sentCount}, results ${auditor.received}`);
    }
    clearInterval(sending);
    // All that was said is to come out: event time passes it, and no batch is left half full.
    devices.report(readings.padding(batchSize));
    devices.report(readings.leap(2 * maxDelayMs));
    devices.report(readings.padding(batchSize));
    const clockIsRight = !world.done.has("clock leaps");
    const verdict = await settled(auditor, plant, clockIsRight, tell);
    const outcome = {
      ...verdict,
      complaints: world.complaints,
      sent: auditor.sentCount,
      received: auditor.received,
      repeats: auditor.repeats,
      faults: Object.fromEntries(world.done),
    };
    writeFileSync(join(folder, "outcome.json"), JSON.stringify({ ...options, ...outcome }, null, 1));
    return outcome;
  } finally {
    clearInterval(sending);
    await plant?.stop();
    await victim.child.end("SIGKILL");
    await broker?.child.end("SIGKILL");
    await network?.close();
  }
}

/** Waits for what is missing, as long as more comes. */
async function settled(
  auditor: Auditor,
  plant: Plant,
  clockIsRight: boolean,
  tell: (text: string) => void,
): Promise<Verdict> {
  let verdict = auditor.verdict(clockIsRight);
  for (let received = -1; verdict.lost.length > 0 && received !== auditor.received; ) {
    received = auditor.received;
    tell(`waiting for ${verdict.lost.length} results, ${plant.unconfirmed} readings unconfirmed`);
    await until(
      () => auditor.received !== received && auditor.verdict(clockIsRight).lost.length === 0,
      patienceMs,
      () => undefined,
    );
    verdict = auditor.verdict(clockIsRight);
  }
  return verdict;
}
