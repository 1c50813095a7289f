import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import type { Chance } from "../core/expression/fuzz/chance.ts";
import type { BadNetwork } from "./badNetwork.ts";
import type { Broker } from "./brokers.ts";
import { revised } from "./flows.ts";
import { pause, until } from "./pause.ts";
import type { Victim } from "./victim.ts";

export interface World {
  readonly victim: Victim;
  /** Absent: it runs inside the victim. */
  readonly broker: Broker | undefined;
  readonly network: BadNetwork | undefined;
  readonly flows: readonly FlowDocument[];
  readonly chance: Chance;
  /** How often each fault was done. */
  readonly done: Map<string, number>;
  /** What must not happen and is not in the results, such as an exit code. */
  readonly complaints: string[];
}

export type FaultName = keyof typeof faults;
type Fault = (world: World) => Promise<void>;

/** Everything that is done to it, with how often compared to the others. Each ends with all processes running. */
export const faults = {
  kill: { weight: 10, run: kill },
  "kill while starting": { weight: 4, run: killWhileStarting },
  stop: { weight: 1, run: stop },
  freeze: { weight: 2, run: freeze },
  cut: { weight: 2, run: async ({ network }) => network?.cut() },
  "lose acknowledgements": { weight: 3, run: loseAcknowledgements },
  "half-open": { weight: 1, run: halfOpen },
  "broker restart": { weight: 2, run: brokerRestart },
  "broker freeze": { weight: 1, run: brokerFreeze },
  "broker and runtime die": { weight: 1, run: bothDie },
  "disk full": { weight: 2, run: diskFull },
  "kill on a full disk": { weight: 1, run: killOnFullDisk },
  "clock leaps": { weight: 2, run: clockLeaps },
  deploy: { weight: 2, run: deploy },
  pause: { weight: 2, run: pauseFlow },
} as const satisfies Record<string, { weight: number; run: Fault }>;

/** Does the next fault. @returns its name */
export async function doNext(world: World, names: readonly FaultName[]): Promise<FaultName> {
  const possible = names.filter((name) => world.broker || !needsBroker.includes(name));
  const all = possible.flatMap((name) => Array<FaultName>(faults[name].weight).fill(name));
  const name = world.chance.pick(all);
  world.done.set(name, (world.done.get(name) ?? 0) + 1);
  await faults[name].run(world);
  return name;
}

const needsBroker: readonly FaultName[] = [
  "cut",
  "lose acknowledgements",
  "half-open",
  "broker restart",
  "broker freeze",
  "broker and runtime die",
];

async function kill({ victim, chance }: World): Promise<void> {
  await pause(chance.below(200));
  await restart(victim);
}

async function killWhileStarting({ victim, chance }: World): Promise<void> {
  await victim.child.end("SIGKILL");
  for (let times = 1 + chance.below(3); times > 0; times--) {
    victim.child.start();
    await pause(300 + chance.below(1_500));
    await victim.child.end("SIGKILL");
  }
  victim.child.start();
  await victim.ready();
}

async function stop({ victim, chance, complaints }: World): Promise<void> {
  const code = await victim.child.end("SIGTERM");
  if (code !== 0) complaints.push(`SIGTERM ended it with ${code ?? "a signal"}`);
  await pause(chance.below(200));
  victim.child.start();
  await victim.ready();
}

async function freeze({ victim, chance }: World): Promise<void> {
  victim.child.freeze(true);
  await pause(200 + chance.below(3_000));
  victim.child.freeze(false);
}

/** For a while the broker hears no acknowledgement: it will deliver again what is counted already. */
async function loseAcknowledgements({ network, victim, chance }: World): Promise<void> {
  const ms = 100 + chance.below(400);
  network?.deafen(ms);
  await pause(ms);
  if (chance.oneIn(2)) await restart(victim);
}

async function halfOpen({ network, chance }: World): Promise<void> {
  const ms = 1_000 + chance.below(9_000);
  network?.halfOpen(ms);
  await pause(chance.below(ms));
}

async function brokerRestart({ broker, chance }: World): Promise<void> {
  await broker?.child.end(broker.lastSignal);
  await pause(chance.below(1_000));
  await broker?.start();
}

async function brokerFreeze({ broker, chance }: World): Promise<void> {
  broker?.child.freeze(true);
  await pause(200 + chance.below(2_000));
  broker?.child.freeze(false);
}

async function bothDie({ broker, victim }: World): Promise<void> {
  await Promise.all([broker?.child.end(broker.lastSignal), victim.child.end("SIGKILL")]);
  victim.child.start();
  await broker?.start();
  await victim.ready();
}

async function diskFull({ victim, chance, complaints }: World): Promise<void> {
  const before = victim.child.told.length;
  victim.lie({ diskFull: true });
  await pause(500 + chance.below(1_500));
  victim.lie({ diskFull: false });
  const wasTold = () => victim.child.told.slice(before).some((text) => text.includes("writing the journal"));
  await until(wasTold, 10_000, () => complaints.push("a full disk was not told"));
}

async function killOnFullDisk({ victim, chance }: World): Promise<void> {
  victim.lie({ diskFull: true });
  await pause(100 + chance.below(1_000));
  await victim.child.end("SIGKILL");
  victim.child.start();
  await pause(chance.below(3_000));
  victim.lie({ diskFull: false });
  await victim.ready();
}

async function clockLeaps({ victim, chance }: World): Promise<void> {
  const minutes = chance.pick([-3_000, -60, -10, -1, 0, 1, 10, 60]);
  victim.lie({ offsetMs: minutes * 60_000 });
}

async function deploy(world: World): Promise<void> {
  const { victim, flows, chance, done, complaints } = world;
  const flow = chance.pick(flows);
  try {
    await victim.deploy(revised(flow, done.get("deploy") ?? 0));
  } catch (error) {
    complaints.push(`deploying ${flow.id}: ${(error as Error).message}`);
  }
}

/** A flow stands still and catches up; now and then something dies meanwhile. */
async function pauseFlow({ victim, flows, chance, complaints }: World): Promise<void> {
  const { id } = chance.pick(flows);
  const ask = async (what: string, body?: object) => {
    const status = await victim.post(`/api/flows/${id}/${what}`, body);
    if (status !== 200) complaints.push(`to ${what} ${id} was answered with ${status}`);
  };
  await ask("pause");
  await pause(chance.below(2_000));
  if (chance.oneIn(2)) await restart(victim);
  await ask("resume", { missed: "catch up" });
  if (!chance.oneIn(2)) return;
  await pause(chance.below(200));
  await restart(victim);
}

async function restart(victim: Victim): Promise<void> {
  await victim.child.end("SIGKILL");
  victim.child.start();
  await victim.ready();
}
