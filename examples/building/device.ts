/**
 * The MQTT side of one room: a controller with its own connection and last will. It reports, switches its light at once,
 * and obeys its thermostat's command topic after the delay a battery-powered valve has; what it then does stands on the
 * state topics.
 */
import mqtt, { type MqttClient } from "mqtt";
import type { Activity } from "./activity.ts";
import { announcementsOf } from "./discovery.ts";
import { type Room, setpointRangeC } from "./model.ts";
import type { Random } from "./random.ts";
import type { RoomSpec } from "./rooms.ts";
import { type RoomTopics, topicsOf } from "./topics.ts";

export interface DeviceOptions {
  /** The broker. */
  readonly url: string;
  readonly spec: RoomSpec;
  readonly random: Random;
  readonly room: () => Room;
  readonly setSetpoint: (setpointC: number) => void;
  readonly activity: () => Activity;
  readonly setLight: (on: boolean) => void;
  /** The broker cannot be reached; the device keeps trying. */
  readonly onProblem: (text: string) => void;
}

const commandDelayMs = { min: 500, max: 2000 };
const telemetryEveryTicks = 2;
const repeatEveryTicks = 30;
const lightEveryTicks = 5;

export class RoomDevice {
  readonly #options: DeviceOptions;
  readonly #topics: RoomTopics;
  readonly #client: MqttClient;
  #ticks: number;
  #reported: { readonly occupied?: boolean; readonly state?: string; readonly lightOn?: boolean } = {};
  #pending: NodeJS.Timeout | undefined;

  constructor(options: DeviceOptions) {
    this.#options = options;
    this.#topics = topicsOf(options.spec.id);
    // Rooms report at different moments, as devices in the field do.
    this.#ticks = Math.floor(options.random.next() * repeatEveryTicks);
    this.#client = mqtt.connect(options.url, {
      clientId: `demo-building-${options.spec.id}`,
      will: { topic: this.#topics.availability, payload: Buffer.from("offline"), qos: 1, retain: true },
    });
    this.#client.on("connect", () => this.#introduce());
    this.#client.on("message", (topic, payload) => {
      if (topic === this.#topics.lightCommand) this.#switchLight(payload.toString());
      else this.#obey(payload.toString());
    });
    this.#client.on("error", (error) => options.onProblem(error.message));
  }

  /** Called once per tick of the building: reports what is due. */
  tick(): void {
    if (!this.#client.connected) return;
    this.#ticks++;
    const due = this.#ticks % repeatEveryTicks === 0;
    if (this.#ticks % telemetryEveryTicks === 0) this.#reportTelemetry();
    this.#reportOccupancy(due);
    this.#reportState(due);
    if (this.#options.activity().moving) this.#publish(this.#topics.motion, { motion: true }, false);
    this.#reportLight(this.#ticks % lightEveryTicks === 0);
  }

  /** Says goodbye: the last will only speaks for a device that vanished. */
  async stop(): Promise<void> {
    clearTimeout(this.#pending);
    if (this.#client.connected) {
      await this.#client.publishAsync(this.#topics.availability, "offline", { qos: 1, retain: true });
    }
    await disconnect(this.#client);
  }

  #introduce(): void {
    this.#client.subscribe([this.#topics.command, this.#topics.lightCommand], { qos: 1 });
    for (const { topic, payload } of announcementsOf(this.#options.spec)) this.#publish(topic, payload, true);
    this.#client.publish(this.#topics.availability, "online", { qos: 1, retain: true });
    this.#reportTelemetry();
    this.#reportOccupancy(true);
    this.#reportState(true);
    this.#reportLight(true);
  }

  #reportTelemetry(): void {
    const { temperatureC, humidity, co2Ppm } = this.#options.room();
    const { random } = this.#options;
    this.#publish(
      this.#topics.telemetry,
      {
        temperature: round(temperatureC + 0.04 * random.normal(), 2),
        humidity: round(humidity + 0.3 * random.normal(), 1),
        co2: Math.round(co2Ppm + 4 * random.normal()),
      },
      false,
    );
  }

  #reportOccupancy(due: boolean): void {
    const { people } = this.#options.room();
    const occupied = people > 0;
    if (!due && occupied === this.#reported.occupied) return;
    this.#reported = { ...this.#reported, occupied };
    this.#publish(this.#topics.occupancy, { occupied, people }, true);
  }

  #reportState(due: boolean, refused?: string): void {
    const { setpointC, valve } = this.#options.room();
    const heating = valve > 0;
    const state = `${setpointC} ${heating}`;
    if (!due && !refused && state === this.#reported.state) return;
    this.#reported = { ...this.#reported, state };
    this.#publish(
      this.#topics.state,
      {
        setpoint: setpointC,
        heating,
        valve: Math.round(valve * 100),
        mode: "heat",
        action: heating ? "heating" : "idle",
        ...(refused ? { refused } : {}),
      },
      true,
    );
  }

  #reportLight(due: boolean): void {
    const { lightOn } = this.#options.activity();
    if (!due && lightOn === this.#reported.lightOn) return;
    this.#reported = { ...this.#reported, lightOn };
    this.#publish(this.#topics.light, { on: lightOn }, true);
  }

  /** What is no command is answered with how it stays. */
  #switchLight(text: string): void {
    const on = fieldIn(text, "on");
    if (typeof on === "boolean") this.#options.setLight(on);
    this.#reportLight(true);
  }

  /** The newest command wins: one that still waits is forgotten. */
  #obey(text: string): void {
    clearTimeout(this.#pending);
    const command = parseCommand(text);
    const delayMs =
      commandDelayMs.min + this.#options.random.next() * (commandDelayMs.max - commandDelayMs.min);
    this.#pending = setTimeout(() => {
      if ("setpointC" in command) this.#options.setSetpoint(command.setpointC);
      this.#reportState(true, "refused" in command ? command.refused : undefined);
    }, delayMs);
  }

  #publish(topic: string, payload: object, retain: boolean): void {
    this.#client.publish(topic, JSON.stringify(payload), { qos: retain ? 1 : 0, retain });
  }
}

/** Ends a client in any state: one that still connects has no orderly end to wait for. */
export async function disconnect(client: MqttClient): Promise<void> {
  const { connected } = client;
  if (!connected) client.removeAllListeners("connect");
  await client.endAsync(!connected);
}

/** Reads a command as the thermostat does: `{"setpoint": 21.5}` within its range, or why not. */
export function parseCommand(text: string): { readonly setpointC: number } | { readonly refused: string } {
  const setpoint = fieldIn(text, "setpoint");
  if (typeof setpoint !== "number") return { refused: 'Expected {"setpoint": number}.' };
  const { min, max } = setpointRangeC;
  if (!(setpoint >= min && setpoint <= max)) {
    return { refused: `${setpoint} °C is outside ${min} to ${max} °C.` };
  }
  return { setpointC: setpoint };
}

function fieldIn(text: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? Object.entries(value).find(([key]) => key === name)?.[1]
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
