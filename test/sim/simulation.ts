/**
 * The data plane in a world that fails: journal, host, engine and nodes are the real ones; disk, clock, network and broker
 * are driven by a seed. Time is the fake timers'; the caller turns them on.
 */
import { vi } from "vitest";
import { nodeTypes } from "../../nodes/index.ts";
import { createCatalogue } from "../../runtime/core/catalogue.ts";
import { Engine } from "../../runtime/core/engine/engine.ts";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import { Journal } from "../../runtime/journal/journal.ts";
import { Plane } from "../../runtime/plane/plane.ts";
import { platform } from "../../runtime/plane/platform.ts";
import { FakeFiles, type Random } from "../journal/fakeFiles.ts";
import { seeded } from "../journal/random.ts";
import { Auditor } from "./auditor.ts";
import { Broker, Link } from "./broker.ts";
import { flows } from "./flows.ts";
import { SimStore } from "./store.ts";
import { SimTransport } from "./transport.ts";

const catalogue = createCatalogue(nodeTypes);
const devices = ["a", "b", "c"];
const startMs = Date.UTC(2026, 0, 5, 12);

/** Lets promises that can go on do so. Taken before anybody fakes it. */
const turn = setImmediate;

export class Simulation {
  readonly #seed: number;
  readonly #random: Random;
  readonly #mode: "sync" | "interval";
  readonly #broker: Broker;
  readonly #auditor = new Auditor();
  readonly #versions = new Map(flows.map(({ id }) => [id, 1]));
  #audited = 0;
  #files: FakeFiles;
  #store = new SimStore();
  #plane!: Plane;
  #journal!: Journal;
  #transport!: SimTransport;
  #link: Link | undefined;
  #life = 0;
  #wallMs = startMs;
  #isCalm = false;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = seeded(seed);
    this.#mode = seed % 4 === 3 ? "interval" : "sync";
    this.#broker = new Broker(this.#random);
    this.#files = new FakeFiles(this.#random);
    this.#files.dropsPages = this.#mode === "sync";
  }

  async run(steps: number): Promise<void> {
    await this.#start();
    for (let step = 0; step < steps; step++) {
      await this.#act();
      await this.#settle();
    }
    await this.#calmDown();
  }

  async #act(): Promise<void> {
    const dice = this.#random(1000);
    if (dice < 220) this.#send();
    else if (dice < 500) this.#carry();
    else if (dice < 760) this.#disk();
    else if (dice < 920) this.#pass(this.#random(4) === 0 ? 0 : this.#random(150));
    else if (dice < 935) this.#pass(this.#random(8_000));
    else if (dice < 945) this.#cut();
    else if (dice < 965) this.#connect();
    else if (dice < 970) this.#files.isFull = !this.#files.isFull;
    else if (dice < 975) this.#wallMs += this.#random(7_200_000) - 3_600_000;
    else if (dice < 980) await this.#redeploy();
    else if (dice < 988) await this.#pauseOrResume();
    else await this.#crash();
  }

  /** A device says something. */
  #send(): void {
    const device = devices[this.#random(devices.length)]!;
    const payload = this.#auditor.next(device);
    this.#broker.route({ topic: `in/${device}`, payload, qos: this.#random(2) === 0 ? 1 : 2 });
  }

  /** Some packets arrive. */
  #carry(): void {
    const link = this.#link;
    if (!link) return;
    for (let count = 1 + this.#random(6); count > 0; count--) {
      if (this.#random(2) === 0) {
        const packet = link.toBroker.shift();
        if (packet) this.#broker.receive(packet);
      } else if (!this.#transport.isCongested) {
        const packet = link.toClient.shift();
        if (packet) this.#transport.receive(packet);
      }
    }
    this.#audit();
  }

  #audit(): void {
    const { published } = this.#broker;
    while (this.#audited < published.length) this.#auditor.take(published[this.#audited++]!);
  }

  /** Something on its way to a disk goes on. */
  #disk(): void {
    const { waiting } = this.#files;
    const dice = this.#isCalm ? 100 : this.#random(60);
    if (this.#store.waiting.length > 0 && this.#random(4) === 0) {
      this.#store.waiting[0]!.goOn(dice === 0 || (this.#files.isFull && dice < 30));
    } else if (waiting.length > 0) {
      const fault = dice === 0 ? "EIO" : dice === 1 ? "ENOSPC" : dice < 4 ? "short" : undefined;
      waiting[this.#random(waiting.length)]!.goOn(fault);
    }
  }

  #pass(ms: number): void {
    this.#wallMs += ms;
    vi.advanceTimersByTime(ms);
  }

  #cut(): void {
    this.#link = undefined;
    this.#broker.disconnect();
    this.#transport.disconnect();
  }

  #connect(): void {
    if (this.#link) return;
    this.#link = new Link();
    this.#broker.connect(this.#link);
    this.#transport.connect(this.#link);
  }

  /** The same flow in a new version: what it knows is kept. */
  async #redeploy(): Promise<void> {
    const flow = flows[this.#random(flows.length)]!;
    const version = this.#versions.get(flow.id)! + 1;
    this.#versions.set(flow.id, version);
    await this.#deploy(flow);
  }

  async #pauseOrResume(): Promise<void> {
    const flow = flows[this.#random(flows.length)]!.id;
    if (this.#random(2) === 0) await this.#plane.answer("pause", { flow });
    else await this.#plane.answer("resume", { flow, missed: "catch up" });
  }

  async #crash(): Promise<void> {
    const kind = this.#mode === "sync" && this.#random(2) === 0 ? "power" : "kill";
    this.#cut();
    vi.clearAllTimers();
    this.#store = this.#store.crash(this.#random(2) === 0);
    this.#files = this.#files.crash(kind);
    this.#files.isFull = this.#random(10) === 0;
    this.#wallMs += this.#random(4) === 0 ? this.#random(60_000) : 0;
    await this.#start();
  }

  async #start(): Promise<void> {
    const life = ++this.#life;
    this.#journal = new Journal({
      files: this.#files,
      mode: this.#mode,
      ageMsMax: 20_000,
      sizeBytesMax: 400_000,
      notice: (text) => {
        if (!text.startsWith("removing")) throw new Error(text);
      },
    });
    this.#plane = new Plane({
      engine: new Engine(platform),
      catalogue,
      platform,
      store: this.#store,
      journal: this.#journal,
      journaled: true,
      isCareful: (this.#seed + life) % 6 === 0,
      signs: { beat: () => undefined, idle: () => undefined },
      clock: () => this.#wallMs,
      transport: (inlet) => {
        this.#transport = new SimTransport(inlet, () => this.#wallMs, life * 1_000);
        return this.#transport;
      },
      post: (event) => {
        if (life !== this.#life) return;
        if (event.type === "deadLetters") throw new Error(`a dead letter: ${event.letters[0]?.text}`);
        if (event.type === "status" && Object.keys(event.status.faults).length > 0)
          throw new Error(JSON.stringify(event.status.faults));
      },
    });
    for (const flow of flows) await this.#deploy(flow);
    await this.#plane.answer("setConnections", { connections: [] });
    if (this.#random(3) > 0) this.#connect();
  }

  async #deploy(flow: FlowDocument): Promise<void> {
    const version = this.#versions.get(flow.id)!;
    const { diagnostics, reset } = await this.#plane.answer("deploy", { flow, version });
    const [problem] = diagnostics;
    if (problem || reset.length > 0) throw new Error(problem?.message ?? `${flow.id} was reset`);
  }

  /** Nothing fails any more, and time goes on: everything must arrive. */
  async #calmDown(): Promise<void> {
    this.#isCalm = true;
    this.#files.isFull = false;
    for (const { id: flow } of flows) await this.#plane.answer("resume", { flow, missed: "catch up" });
    const isOver = () => this.#broker.unacknowledged === 0 && this.#auditor.missing === undefined;
    for (let round = 0; round < 600 && !isOver(); round++) {
      this.#connect();
      for (let work = 0; work < 60 && this.#hasWork; work++) {
        this.#disk();
        this.#carry();
        await this.#settle();
      }
      this.#pass(round < 20 ? 50 : 1_000);
      await this.#settle();
    }
    if (!isOver()) {
      const { unacknowledged } = this.#broker;
      throw new Error(
        `not all arrives: ${this.#auditor.missing ?? `${unacknowledged} are not acknowledged`}`,
      );
    }
    vi.clearAllTimers();
  }

  get #hasWork(): boolean {
    const { toBroker, toClient } = this.#link ?? new Link();
    return [toBroker, toClient, this.#files.waiting, this.#store.waiting].some(({ length }) => length > 0);
  }

  #settle(): Promise<void> {
    return new Promise((resolve) => turn(() => resolve()));
  }
}
