/** Seeded curves of a building, with faults planted in them, and how well a node finds these. */
import anomaly from "../../nodes/anomaly.ts";
import { RandomNumbers } from "../../runtime/core/expression/random.ts";
import { createHarness } from "../harness/operatorHarness.ts";

/** A Monday, 00:00 UTC. */
export const monday = Date.UTC(2026, 0, 5);
const dayMs = 86_400_000;

export interface Point {
  readonly at: number;
  readonly payload: Readonly<Record<string, number>>;
  /** Number of the fault it belongs to. */
  readonly fault?: number;
}

/** Numbers around 0 with a standard deviation of 1 (Box and Muller). */
export function noise(random: RandomNumbers): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

interface Curve {
  readonly days: number;
  readonly everyMs: number;
  /** Faults begin after these days. */
  readonly faultsFrom: number;
  readonly faultsPerDay: number;
  /** The reading as it should be; `kind` is a whole number from 0 on of a fault, or undefined. */
  readonly reading: (
    hour: number,
    day: number,
    random: RandomNumbers,
    kind: number | undefined,
  ) => Record<string, number>;
}

export function curve({ days, everyMs, faultsFrom, faultsPerDay, reading }: Curve, seed: number): Point[] {
  const random = new RandomNumbers(seed);
  const points: Point[] = [];
  let fault: { number: number; kind: number; left: number } | undefined;
  let [faults, quietUntil] = [0, 0];
  for (let at = 0; at < days * dayMs; at += everyMs) {
    const day = Math.floor(at / dayMs);
    const chance = random.next() < (faultsPerDay * everyMs) / dayMs;
    const readings = 6 + Math.floor(random.next() * 12);
    if (!fault && chance && day >= faultsFrom && at >= quietUntil)
      fault = { number: faults++, kind: Math.floor(random.next() * 6), left: readings };
    const payload = reading((at % dayMs) / 3_600_000, day, random, fault?.kind);
    points.push({ at: monday + at, payload, ...(fault ? { fault: fault.number } : {}) });
    if (fault && --fault.left === 0) {
      fault = undefined;
      quietUntil = at + 6 * 3_600_000;
    }
  }
  return points;
}

/** A room: 17 °C at night and on weekends, 21.5 on working days, the winter getting colder, a sensor of 0.1 °C. */
export const room: Curve = {
  days: 70,
  everyMs: 600_000,
  faultsFrom: 28,
  faultsPerDay: 0.5,
  reading(hour, day, random, kind) {
    const working = day % 7 < 5 && hour >= 5 && hour < 18;
    const warm = working ? 1 - Math.exp(-(hour - 5)) : day % 7 < 5 ? Math.exp(-((hour + 6) % 24) / 3) : 0;
    const usual = 17 + 4.5 * warm - day * 0.01 + 0.25 * noise(random);
    // Windows open at any time; or heated at night, which is usual at noon.
    const off = kind === undefined ? 0 : kind < 3 ? -5 : working ? 4 : 4.5;
    return { temperature: Math.round((usual + off) * 10) / 10 };
  },
};

/** Power of an air handling unit in kW: on by day, some load of its own kind, and a level that creeps up. */
export const power: Curve = {
  days: 70,
  everyMs: 900_000,
  faultsFrom: 28,
  faultsPerDay: 0.4,
  reading(hour, day, random, kind) {
    const on = day % 7 < 5 && hour >= 6 && hour < 20;
    const usual = on
      ? 38 + 6 * Math.sin(((hour - 6) / 14) * Math.PI) + 2 * noise(random)
      : 4 + 0.4 * noise(random);
    const faulty = kind === undefined ? usual : on ? usual * (kind < 3 ? 1.6 : 0.2) : 30 + 2 * noise(random);
    return { power: Math.max(0, faulty * (1 + day * 0.001)) };
  },
};

/** A tank that is always about the same, with steps of noise: what a recent course knows. */
export const tank: Curve = {
  days: 30,
  everyMs: 300_000,
  faultsFrom: 3,
  faultsPerDay: 1,
  reading(hour, day, random, kind) {
    const usual = 60 + 1.5 * Math.sin((hour / 24) * 2 * Math.PI) + day * 0.1 + 0.5 * noise(random);
    return { temperature: usual + (kind === undefined ? 0 : kind < 3 ? 9 : -9) };
  },
};

/** A heating coil: the colder outside, the further the valve; the further the valve, the warmer the supply. */
export const coil: Curve = {
  days: 42,
  everyMs: 900_000,
  faultsFrom: 14,
  faultsPerDay: 0.5,
  reading(hour, day, random, kind) {
    const outside =
      5 +
      6 * Math.sin(((hour - 9) / 24) * 2 * Math.PI) +
      4 * Math.sin((day / 30) * 2 * Math.PI) +
      0.4 * noise(random);
    const on = day % 7 < 5 && hour >= 6 && hour < 18;
    let valve = on
      ? Math.min(100, Math.max(0, 70 - 4 * outside + 5 * noise(random)))
      : Math.abs(noise(random));
    let supply = 20 + 0.35 * valve + 0.8 * noise(random);
    if (kind !== undefined && kind < 2) [valve, supply] = [60 + 20 * random.next(), 20 + 2 * noise(random)];
    else if (kind !== undefined && kind < 4)
      [valve, supply] = [Math.abs(noise(random)), 40 + 3 * noise(random)];
    else if (kind !== undefined) supply = 70 + 5 * noise(random);
    return { outside, valve, supply };
  },
};

export interface Quality {
  readonly faults: number;
  /** Share of the faults during which an anomaly began. */
  readonly recall: number;
  /** Share of the anomalies that began during a fault, or right behind it. */
  readonly precision: number;
  readonly alarms: number;
}

/** Runs a curve through the node. @param each called for every message that leaves by `anomaly` */
export function quality(config: object, points: readonly Point[]): Quality & { readonly texts: string[] } {
  const harness = createHarness(anomaly, config, { startAt: points[0]!.at });
  const hit = new Set<number>();
  const texts: string[] = [];
  let [alarms, right] = [0, 0];
  for (const { at, payload, fault } of points) {
    harness.send(payload, { at });
    for (const alarm of harness.outputs("anomaly")) {
      alarms++;
      texts.push(
        `${fault ?? "-"} ${new Date(at).toISOString()} ${(alarm.payload as { explanation: string }).explanation}`,
      );
      if (fault === undefined) continue;
      right++;
      hit.add(fault);
    }
  }
  const faults = new Set(points.map((each) => each.fault).filter((each) => each !== undefined)).size;
  return { faults, recall: hit.size / faults, precision: alarms === 0 ? 1 : right / alarms, alarms, texts };
}
