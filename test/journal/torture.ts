/** One life after the other of a journal on files that fail, beside a list that does not. */
import type { JournalBatch, JournalInput } from "../../runtime/core/engine/journal.ts";
import { Journal, type JournalOptions } from "../../runtime/journal/journal.ts";
import { FakeFiles, type Random } from "./fakeFiles.ts";
import { plain } from "./plain.ts";
import { seeded } from "./random.ts";

const topics = ["a/b", "a/c", "b/c", "a/b/c", "ü/🏠"];

export class Torture {
  readonly #random: Random;
  readonly #mode: JournalOptions["mode"];
  #files: FakeFiles;
  #journal: Journal;
  /** All there should be, in order. */
  #batches: JournalBatch[] = [];
  #nowMs = 1_000;
  #timers: (() => void)[] = [];
  /** Positions below these survive the death of the process, and a power cut. */
  #survives = { kill: 0, power: 0 };
  #flushes: Promise<void>[] = [];
  #life = 0;
  #problem: string | undefined;

  constructor(seed: number, mode: "sync" | "interval") {
    this.#random = seeded(seed);
    this.#mode = mode;
    this.#files = new FakeFiles(this.#random);
    // Where they do, what was written and not synced is gone before it can be written again.
    this.#files.dropsPages = mode === "sync";
    this.#journal = this.#open();
  }

  async run(steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      this.#act();
      await new Promise(setImmediate);
      this.#observe();
    }
    await this.#calmDown();
    this.#checkRead(this.#journal.first);
  }

  #act(): void {
    const dice = this.#random(100);
    if (dice < 30) this.#append();
    else if (dice < 75) this.#goOn();
    else if (dice < 79) this.#timers[this.#random(this.#timers.length + 1)]?.();
    else if (dice < 82) this.#files.isFull = !this.#files.isFull;
    else if (dice < 86) this.#flush();
    else if (dice < 89) this.#trim();
    else if (dice < 94) this.#checkRead(this.#random(this.#journal.next + 1));
    else if (dice < 96) this.#checkRange();
    else this.#crash(this.#random(2) === 0 ? "kill" : "power");
  }

  #open(): Journal {
    const timers: (() => void)[] = [];
    this.#timers = timers;
    const journal = new Journal({
      files: this.#files,
      mode: this.#mode,
      ageMsMax: 5_000,
      sizeBytesMax: 16_000,
      notice: (text) => {
        if (!/given up|removing/.test(text)) throw new Error(`a loss that is none: ${text}`);
      },
      after: (_, run) => {
        const timer = () => {
          timers.splice(timers.indexOf(timer), 1);
          run();
        };
        timers.push(timer);
        return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
      },
    });
    const life = ++this.#life;
    this.#problem = undefined;
    journal.onProblem = (text) => {
      if (life === this.#life) this.#problem = text;
    };
    return journal;
  }

  #append(): void {
    // After a time without a journal, positions go on behind a hole.
    const skipped = this.#random(40) === 0 ? this.#random(50) : 0;
    const position = this.#journal.next + skipped;
    this.#nowMs += this.#random(3) === 0 ? this.#random(1_000) : 0;
    const inputs = Array.from({ length: this.#random(5) }, () => this.#input());
    const batch = { position, now: this.#nowMs, inputs };
    this.#journal.append(batch);
    this.#batches.push(structuredClone(batch));
    // The caller may use its bytes again.
    for (const input of inputs) if (input.kind === "mqtt") input.payload.fill(0);
  }

  #input(): JournalInput {
    const random = this.#random;
    if (random(8) === 0) return { kind: "settled", effects: [`f/${random(1_000)}.0`] };
    const payload = Uint8Array.from({ length: random(10) === 0 ? random(2_000) : random(60) }, () =>
      random(256),
    );
    const topic = random(20) === 0 ? `once/${random(1_000_000)}` : topics[random(topics.length)]!;
    const input = { kind: "mqtt", connection: "main", topic, payload, retained: random(2) === 0 } as const;
    return random(2) === 0 ? input : { ...input, packetId: 1 + random(65_535) };
  }

  #goOn(): void {
    const operation = this.#files.waiting[this.#random(this.#files.waiting.length)];
    const dice = this.#random(40);
    operation?.goOn(dice === 0 ? "EIO" : dice === 1 ? "ENOSPC" : dice < 5 ? "short" : undefined);
  }

  #flush(): void {
    const position = this.#journal.next;
    const life = this.#life;
    const flushed = this.#journal.flush().then(() => {
      if (life === this.#life) this.#survives.power = Math.max(this.#survives.power, position);
    });
    this.#flushes.push(flushed);
  }

  #trim(): void {
    const before = this.#journal.first;
    const neverFrom = this.#random(this.#survives.power + 1);
    const keepFrom = this.#random(neverFrom + 1);
    this.#journal.trim(keepFrom, neverFrom);
    const { first } = this.#journal;
    assert(first >= before, `trimming moved the beginning back from ${before} to ${first}`);
    assert(first <= Math.max(before, neverFrom), `trimming took ${first}, though ${neverFrom} is needed`);
  }

  #observe(): void {
    const { committed, next } = this.#journal;
    assert(committed <= next, `committed ${committed} is beyond ${next}`);
    this.#survives.kill = Math.max(this.#survives.kill, committed);
    if (this.#mode === "sync") this.#survives.power = Math.max(this.#survives.power, committed);
  }

  #crash(kind: "kill" | "power"): void {
    this.#files = this.#files.crash(kind);
    this.#reopen(kind);
  }

  #reopen(kind: "kill" | "power"): void {
    this.#flushes = [];
    // The next process may find that the clock was set back.
    if (this.#random(4) === 0) this.#nowMs -= this.#random(3_000);
    this.#journal = this.#open();
    const { next } = this.#journal;
    const survives = this.#survives[kind];
    assert(next >= survives, `${kind}: the journal ends at ${next}, though ${survives} was reached`);
    const length = this.#batches.findLastIndex((batch) => endOf(batch) === next) + 1;
    assert(length > 0 || next === 0, `the journal ends at ${next}, where no batch ends`);
    this.#batches.length = length;
    this.#survives.kill = Math.min(this.#survives.kill, next);
    if (kind === "power") this.#survives.kill = this.#survives.power;
    this.#checkRead(this.#journal.first);
    assert(this.#lastRead >= next || length === 0, `only ${this.#lastRead} of ${next} can be read`);
  }

  #lastRead = 0;

  #checkRead(from: number): void {
    const start = Math.max(from, this.#journal.first);
    const read = plain(this.#journal.read(start));
    const wanted = plain(this.#batches.filter((batch) => endOf(batch) > start)).slice(0, read.length);
    assertEqual(read, wanted, `read(${start})`);
    const last = this.#batches.find(({ position }) => position === (read.at(-1)?.position ?? -1));
    this.#lastRead = last ? endOf(last) : start;
    const { committed } = this.#journal;
    const isThere = this.#lastRead >= committed || start >= committed;
    assert(isThere, `read(${start}) ends at ${this.#lastRead}, before ${committed}`);
  }

  #checkRange(): void {
    const fromMs = this.#nowMs - this.#random(4_000);
    const toMs = fromMs + this.#random(3_000);
    const { first } = this.#journal;
    const inRange = ({ position, now }: JournalBatch) => position >= first && now >= fromMs && now <= toMs;
    const read = plain(this.#journal.range({ fromMs, toMs })).filter(({ position }) => position >= first);
    const wanted = plain(this.#batches.filter(inRange));
    assertEqual(read, wanted.slice(0, read.length), `range(${fromMs}, ${toMs})`);
    const missing = wanted[read.length];
    assert(
      !missing || missing.position >= this.#journal.committed,
      `range(${fromMs}, ${toMs}) lacks ${missing?.position}`,
    );
  }

  /** Nothing fails any more: everything must become safe. */
  async #calmDown(): Promise<void> {
    this.#files.isFull = false;
    this.#append();
    let flushed = false;
    void this.#journal.flush().then(() => {
      flushed = true;
    });
    for (let turn = 0; turn < 1_000 && !flushed; turn++) {
      if (this.#files.waiting.length > 0) this.#files.waiting[0]!.goOn(undefined);
      else this.#timers[0]?.();
      await new Promise(setImmediate);
    }
    assert(flushed, "the journal does not get on though the disk works again");
    assert(this.#problem === undefined, `still told: ${this.#problem}`);
    assert(this.#journal.committed === this.#journal.next, "not everything was committed");
    assert(this.#journal.pendingBytes === 0, "bytes are pending");
    await Promise.all(this.#flushes);
  }
}

function endOf({ position, inputs }: JournalBatch): number {
  return position + 1 + inputs.length;
}

function assert(holds: boolean, text: string): asserts holds {
  if (!holds) throw new Error(text);
}

function assertEqual(found: unknown, wanted: unknown, what: string): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)];
  assert(one === other, `${what} gives ${one.slice(0, 500)}, not ${other.slice(0, 500)}`);
}
