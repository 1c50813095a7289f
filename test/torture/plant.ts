import mqtt, { type MqttClient } from "mqtt";
import type { Auditor } from "./auditor.ts";
import { isDeaf, probe } from "./flows.ts";
import { pause } from "./pause.ts";
import type { Reading } from "./readings.ts";

/**
 * The world around the runtime: devices that report and obey, and an ear for results. It talks to the broker over
 * connections nobody disturbs. Readings go out with QoS 2: each is once at the broker, whatever happens to it there.
 */
export class Plant {
  readonly #auditor: Auditor;
  readonly #devices: MqttClient;
  readonly #ear: MqttClient;
  /** Attempts per command. */
  readonly #attempts = new Map<string, number>();
  #waiting: Reading[] = [];
  #inFlight = 0;
  #isHeard = false;

  constructor(port: number, auditor: Auditor) {
    this.#auditor = auditor;
    const connectTo = (clientId: string) =>
      mqtt.connect(`mqtt://127.0.0.1:${port}`, {
        clientId,
        clean: false,
        reconnectPeriod: 100,
        connectTimeout: 5_000,
        keepalive: 10,
      });
    this.#devices = connectTo("torture-devices");
    this.#ear = connectTo("torture-ear");
    for (const client of [this.#devices, this.#ear]) client.on("error", () => undefined);
    this.#devices.on("connect", () => this.#flush());
    this.#ear.on("message", (topic, payload) => {
      if (topic === probe.out) this.#isHeard = true;
      else auditor.result(topic, payload.toString());
    });
    this.#devices.on("message", (topic) => this.#obey(topic.split("/")[1]!));
  }

  async listen(): Promise<void> {
    await this.#ear.subscribeAsync("out/#", { qos: 2 });
    await this.#devices.subscribeAsync("cmd/#", { qos: 1 });
  }

  /** Resolves when the flow "probe" answers: what was deployed before it listens too. */
  async heard(msMax: number): Promise<void> {
    for (const deadline = Date.now() + msMax; !this.#isHeard; await pause(100)) {
      if (Date.now() > deadline) throw new Error(`the flows do not answer within ${msMax} ms`);
      this.#devices.publish(probe.in, "0", { qos: 1 });
    }
  }

  /** Readings that no broker has confirmed. */
  get unconfirmed(): number {
    return this.#waiting.length + this.#inFlight;
  }

  report(readings: readonly Reading[]): void {
    for (const reading of readings) this.#auditor.sent(reading);
    this.#waiting.push(...readings);
    this.#flush();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#devices, this.#ear].map((client) => client.endAsync(true)));
  }

  #flush(): void {
    while (this.#devices.connected && this.#inFlight < inFlightMax && this.#waiting.length > 0) {
      const reading = this.#waiting.shift()!;
      const { stream, device, n, at, v } = reading;
      this.#inFlight++;
      this.#devices.publish(`${stream}/${device}`, JSON.stringify({ n, at, v }), { qos: 2 }, (error) => {
        this.#inFlight--;
        // The connection was lost before it was sent.
        if (error) this.#waiting.unshift(reading);
        else this.#flush();
      });
    }
  }

  #obey(intent: string): void {
    this.#auditor.commanded(intent, Date.now());
    const n = Number(intent.split("-")[1]);
    const attempt = (this.#attempts.get(intent) ?? 0) + 1;
    this.#attempts.set(intent, attempt);
    // Some devices need to be told twice.
    if (isDeaf(n) || (n % 20 === 3 && attempt === 1)) return;
    this.#devices.publish(`state/${intent}`, JSON.stringify({ n }), { qos: 1 });
  }
}

const inFlightMax = 100;
