import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { Aedes } from "aedes";
import mqtt, { type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type RunningBuilding, startBuilding } from "../../examples/building/building.ts";
import { parseCommand, RoomDevice } from "../../examples/building/device.ts";
import type { Room } from "../../examples/building/model.ts";
import { rooms } from "../../examples/building/rooms.ts";

describe("a thermostat", () => {
  test("takes a setpoint within its range", () => {
    expect(parseCommand('{"setpoint": 17.5}')).toEqual({ setpointC: 17.5 });
    expect(parseCommand('{"setpoint": 5}')).toEqual({ setpointC: 5 });
  });

  test.each([
    '{"setpoint": 99}',
    '{"setpoint": 4.9}',
    '{"setpoint": "20"}',
    '{"setpoint": null}',
    "20",
    "null",
    "{",
    "",
  ])("refuses %j", (text) => {
    expect(parseCommand(text)).toHaveProperty("refused");
  });
});

describe("the building on a broker", () => {
  let url: string;
  let broker: Aedes;
  let server: Server;
  let building: RunningBuilding;
  let listener: MqttClient;
  /** Newest message per topic, and whether it arrived as retained. */
  const heard = new Map<string, { readonly payload: unknown; readonly retained: boolean }>();

  beforeAll(async () => {
    broker = await Aedes.createBroker();
    server = createServer(broker.handle);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
    building = startBuilding(url, (text) => {
      throw new Error(text);
    });
    await vi.waitFor(() => expect(broker.connectedClients).toBe(rooms.length + 1));
    listener = await mqtt.connectAsync(url);
    listener.on("message", (topic, payload, { retain }) => {
      const text = payload.toString();
      heard.set(topic, { payload: text.startsWith("{") ? JSON.parse(text) : text, retained: retain });
    });
    await listener.subscribeAsync("#", { qos: 1 });
  });

  afterAll(async () => {
    await building.stop();
    await listener.endAsync();
    await new Promise<void>((resolve) => broker.close(resolve));
    server.close();
  });

  test("keeps the state, occupancy and presence of every room for those who come later", async () => {
    for (const { id } of rooms) {
      await vi.waitFor(() => {
        expect(heard.get(`building/${id}/availability`)).toEqual({ payload: "online", retained: true });
        expect(heard.get(`building/${id}/thermostat/state`)?.payload).toMatchObject({
          setpoint: 21,
          mode: "heat",
        });
        expect(heard.get(`building/${id}/occupancy`)?.payload).toEqual({
          occupied: expect.any(Boolean),
          people: expect.any(Number),
        });
      });
    }
  });

  test("reports telemetry of every room and of the weather", async () => {
    await vi.waitFor(
      () => {
        for (const { id } of rooms) {
          expect(heard.get(`building/${id}/telemetry`)).toEqual({
            payload: {
              temperature: expect.any(Number),
              humidity: expect.any(Number),
              co2: expect.any(Number),
            },
            retained: false,
          });
        }
        expect(heard.get("building/weather")?.payload).toEqual({ temperature: expect.any(Number) });
      },
      { timeout: 15_000 },
    );
  });

  test("tells of motion in rooms with people, and of every light", async () => {
    await vi.waitFor(
      () => expect([...heard.keys()].filter((topic) => topic.endsWith("/motion")).length).toBeGreaterThan(0),
      { timeout: 15_000 },
    );
    for (const { id } of rooms) {
      await vi.waitFor(() =>
        expect(heard.get(`building/${id}/light`)?.payload).toEqual({ on: expect.any(Boolean) }),
      );
    }
  });

  test("switches the light that is on in an empty room off when told, and says how it is when it is told nonsense", async () => {
    expect(heard.get("building/room-2/light")?.payload).toEqual({ on: true });
    await listener.publishAsync("building/room-2/light/set", '{"on": false}', { qos: 1 });
    await vi.waitFor(() => expect(heard.get("building/room-2/light")?.payload).toEqual({ on: false }));
    heard.delete("building/room-2/light");
    await listener.publishAsync("building/room-2/light/set", "bright", { qos: 1 });
    await vi.waitFor(() => expect(heard.get("building/room-2/light")?.payload).toEqual({ on: false }));
  });

  test("announces a thermostat, a light and five sensors per room to Home Assistant", async () => {
    await vi.waitFor(() => {
      const configs = [...heard].filter(([topic]) => topic.startsWith("homeassistant/"));
      expect(configs).toHaveLength(rooms.length * 7);
      const ids = configs.map(([, { payload }]) => (payload as { unique_id: string }).unique_id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [topic] of configs) {
        // What Home Assistant's discovery accepts; anything else it logs and ignores.
        expect(topic).toMatch(/^homeassistant\/\w+\/[a-zA-Z0-9_-]+\/[a-zA-Z0-9_-]+\/config$/);
      }
    });
    expect(heard.get("homeassistant/climate/room-2/thermostat/config")?.payload).toMatchObject({
      temperature_command_topic: "building/room-2/thermostat/set",
      temperature_state_topic: "building/room-2/thermostat/state",
      device: { identifiers: ["millrace_demo_room-2"], name: "Meeting room Alder" },
    });
  });

  test("obeys a command and confirms it on the state topic", async () => {
    await listener.publishAsync("building/room-2/thermostat/set", '{"setpoint": 17.5}', { qos: 1 });
    await vi.waitFor(
      () => expect(heard.get("building/room-2/thermostat/state")?.payload).toMatchObject({ setpoint: 17.5 }),
      { timeout: 10_000 },
    );
  });

  test("refuses a command out of range, says why and stays as it is", async () => {
    await listener.publishAsync("building/room-3/thermostat/set", '{"setpoint": 60}', { qos: 1 });
    await vi.waitFor(
      () =>
        expect(heard.get("building/room-3/thermostat/state")?.payload).toMatchObject({
          setpoint: 21,
          refused: "60 °C is outside 5 to 30 °C.",
        }),
      { timeout: 10_000 },
    );
  });

  test("obeys the newest of two commands in a row", async () => {
    const obeyed: number[] = [];
    const device = new RoomDevice({
      url,
      spec: { ...rooms[0]!, id: "room-9" },
      // The same delay for both: the older would be obeyed first.
      random: { next: () => 0, normal: () => 0 },
      room: () => ({ ...quietRoom, setpointC: obeyed.at(-1) ?? 21 }),
      setSetpoint: (setpointC) => obeyed.push(setpointC),
      activity: () => ({ people: 0, moving: false, lightOn: false }),
      setLight: () => expect.unreachable(),
      onProblem: expect.unreachable,
    });
    try {
      await vi.waitFor(() => expect(heard.has("building/room-9/thermostat/state")).toBe(true));
      await listener.publishAsync("building/room-9/thermostat/set", '{"setpoint": 12}', { qos: 1 });
      await listener.publishAsync("building/room-9/thermostat/set", '{"setpoint": 19}', { qos: 1 });
      await vi.waitFor(
        () => expect(heard.get("building/room-9/thermostat/state")?.payload).toMatchObject({ setpoint: 19 }),
        { timeout: 10_000 },
      );
      expect(obeyed).toEqual([19]);
    } finally {
      await device.stop();
    }
    await vi.waitFor(() => expect(heard.get("building/room-9/availability")?.payload).toBe("offline"));
  });
});

const quietRoom: Room = {
  people: 0,
  sinceS: 0,
  temperatureC: 20,
  humidity: 40,
  co2Ppm: 420,
  setpointC: 21,
  valve: 0,
};
