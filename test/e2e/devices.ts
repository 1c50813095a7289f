/** The world outside: an MQTT client that knows nothing of Millrace, and a room that stands behind it. */
import mqtt, { type MqttClient } from "mqtt";
import { expect } from "vitest";
import { patienceMs } from "./stage.ts";

export interface Received {
  readonly topic: string;
  readonly payload: unknown;
}

export class Outside {
  readonly #client: MqttClient;
  readonly #received: Received[] = [];

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on("message", (topic, bytes) => {
      this.#received.push({ topic, payload: JSON.parse(bytes.toString()) });
    });
  }

  /** @param filters what to listen to */
  static async connect(url: string, ...filters: readonly string[]): Promise<Outside> {
    const client = await mqtt.connectAsync(url);
    const outside = new Outside(client);
    for (const filter of filters) await client.subscribeAsync(filter, { qos: 1 });
    return outside;
  }

  get received(): readonly Received[] {
    return this.#received;
  }

  /** @param payload text is sent as it is, anything else as JSON */
  async publish(topic: string, payload: unknown): Promise<void> {
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    await this.#client.publishAsync(topic, text, { qos: 1 });
  }

  /** Waits until this many messages came in all. @returns the last of them */
  async waitFor(count: number): Promise<Received> {
    await expect.poll(() => this.#received.length, { timeout: patienceMs }).toBeGreaterThanOrEqual(count);
    return this.#received[count - 1]!;
  }

  async leave(): Promise<void> {
    await this.#client.endAsync();
  }
}

/** A room with a thermometer and a thermostat, on topics of its own. */
export class Room {
  readonly #outside: Outside;
  readonly #name: string;

  private constructor(outside: Outside, name: string) {
    this.#outside = outside;
    this.#name = name;
  }

  static async connect(url: string, name: string): Promise<Room> {
    return new Room(await Outside.connect(url, `thermostats/${name}/set`), name);
  }

  /** What the thermostat was told so far. */
  get commands(): readonly unknown[] {
    return this.#outside.received.map(({ payload }) => payload);
  }

  async measure(temperature: number): Promise<void> {
    await this.#outside.publish(`sensors/${this.#name}/telemetry`, { temperature });
  }

  /** The thermostat says what it is set to. */
  async report(setpoint: number): Promise<void> {
    await this.#outside.publish(`thermostats/${this.#name}/state`, { setpoint });
  }

  /** Waits for the command with this number, counted from 1. */
  async command(number: number): Promise<unknown> {
    return (await this.#outside.waitFor(number)).payload;
  }

  async leave(): Promise<void> {
    await this.#outside.leave();
  }
}
