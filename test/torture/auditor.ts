/**
 * Compares what went in with what came out, and knows nothing of how Millrace works. A result may come again in the same
 * words, as QoS 1 allows; in other words it is wrong. What is judged is the effect on state: each reading counts once.
 */
import { expiryMs, isDeaf, isIntent, maxDelayMs } from "./flows.ts";
import { expectedOf, identityOf } from "./model.ts";
import type { Reading } from "./readings.ts";

export interface Verdict {
  /** Must have come and did not. */
  readonly lost: readonly string[];
  /** Counted more than once, or never sent. */
  readonly doubled: readonly string[];
  /** Came, and is not what the readings come to. */
  readonly wrong: readonly string[];
  /** Results that were checked. */
  readonly checked: number;
}

/** A command reaches its device at the latest this long after its deadline: it may have been on its way. */
const onItsWayMs = 5_000;
/** Topics whose lists together hold every reading once, and the stream they come from. */
const batchTopics = { batch: "in", later: "in", exact: "in2" } as const;

export class Auditor {
  readonly #sent = new Map<string, Reading[]>();
  /** Payload texts by topic. */
  readonly #results = new Map<string, Set<string>>();
  /** When a device last received a command, ms since epoch. */
  readonly #commanded = new Map<string, number>();
  /** Messages that came again in the same words. */
  repeats = 0;
  received = 0;
  sentCount = 0;

  sent(reading: Reading): void {
    this.sentCount++;
    const id = `${reading.stream}/${reading.device}`;
    const known = this.#sent.get(id);
    if (known) known.push(reading);
    else this.#sent.set(id, [reading]);
  }

  result(topic: string, text: string): void {
    let known = this.#results.get(topic);
    if (!known) {
      known = new Set();
      this.#results.set(topic, known);
    }
    if (known.has(text)) this.repeats++;
    known.add(text);
    this.received++;
  }

  commanded(intent: string, at: number): void {
    this.#commanded.set(intent, at);
  }

  /** @param clockIsRight of the runtime: only then deadlines can be compared with our clock */
  verdict(clockIsRight: boolean): Verdict {
    const verdict = { lost: [] as string[], doubled: [] as string[], wrong: [] as string[], checked: 0 };
    this.#judgeMeasured(verdict);
    this.#judgeBatches(verdict);
    this.#judgeCommands(verdict, clockIsRight);
    return verdict;
  }

  #judgeMeasured(verdict: Mutable): void {
    const newest = Math.max(...[...this.#sent].flatMap(([id, all]) => (of(id, "in") ? all.at(-1)!.at : [])));
    for (const [id, readings] of this.#sent) {
      if (!of(id, "in")) continue;
      const device = id.split("/")[1]!;
      const expected = expectedOf(device, readings, newest - maxDelayMs - 1);
      const came = new Set<string>();
      for (const kind of ["total", "window", "alarm", "absence"]) {
        const topic = `out/${kind}/${device}`;
        for (const text of this.#results.get(topic) ?? []) {
          const payload = JSON.parse(text) as Record<string, unknown>;
          const identity = identityOf(topic, payload);
          const right = expected.get(identity);
          verdict.checked++;
          if (right && text === JSON.stringify(right.payload)) came.add(identity);
          else verdict.wrong.push(`${topic} ${text}, expected ${JSON.stringify(right?.payload)}`);
        }
      }
      for (const identity of expected.keys()) if (!came.has(identity)) verdict.lost.push(identity);
    }
  }

  #judgeBatches(verdict: Mutable): void {
    for (const [kind, stream] of Object.entries(batchTopics)) {
      for (const [id, readings] of this.#sent) {
        if (!of(id, stream)) continue;
        const topic = `out/${kind}/${id.split("/")[1]}`;
        const counts = new Map<number, number>();
        for (const text of this.#results.get(topic) ?? []) {
          const { list } = JSON.parse(text) as { list: number[] };
          for (const n of list) counts.set(n, (counts.get(n) ?? 0) + 1);
        }
        for (const { n } of readings) {
          const count = counts.get(n) ?? 0;
          counts.delete(n);
          verdict.checked++;
          if (count === 0) verdict.lost.push(`${topic}: reading ${n}`);
          else if (count > 1) verdict.doubled.push(`${topic}: reading ${n} counts ${count} times`);
        }
        for (const n of counts.keys()) verdict.doubled.push(`${topic}: reading ${n} was never sent`);
      }
    }
  }

  #judgeCommands(verdict: Mutable, clockIsRight: boolean): void {
    for (const [id, readings] of this.#sent) {
      if (!of(id, "in")) continue;
      for (const { device, n } of readings) {
        if (!isIntent(n)) continue;
        const intent = `${device}-${n}`;
        const [text, ...others] = this.#results.get(`out/done/${intent}`) ?? [];
        verdict.checked++;
        if (text === undefined) {
          verdict.lost.push(`the end of command ${intent}`);
          continue;
        }
        const { state, since } = JSON.parse(text) as { state: string; since?: number };
        if (others.length > 0) verdict.doubled.push(`command ${intent} ends as ${text} and ${others}`);
        if (state === "confirmed" && isDeaf(n)) verdict.wrong.push(`command ${intent} was never obeyed`);
        const last = this.#commanded.get(intent);
        if (state === "confirmed" && last === undefined)
          verdict.wrong.push(`command ${intent} was never received`);
        const latest = (since ?? Number.POSITIVE_INFINITY) + expiryMs + onItsWayMs;
        if (clockIsRight && state === "failed" && last !== undefined && last > latest)
          verdict.wrong.push(`command ${intent} came ${last - latest + onItsWayMs} ms behind its deadline`);
      }
    }
  }
}

type Mutable = { lost: string[]; doubled: string[]; wrong: string[]; checked: number };

function of(id: string, stream: string): boolean {
  return id.startsWith(`${stream}/`);
}
