/** What a newcomer sees: the built runtime with its demo building, the printed link, and an MQTT client beside it. */
import mqtt, { type MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import demoFlow from "../../examples/flows/occupancy-setback.flow.json";
import { type OpenPage, openPage } from "../harness/chromium.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";

let runtime: RunningRuntime;
let browser: OpenPage;
let outside: MqttClient;
/** Payloads an outside client heard, by topic, in order. */
const heard = new Map<string, unknown[]>();

beforeAll(async () => {
  runtime = await startRuntime({ demo: true });
  outside = await mqtt.connectAsync(runtime.mqttUrl);
  outside.on("message", (topic, payload) => {
    heard.set(topic, [...(heard.get(topic) ?? []), JSON.parse(payload.toString())]);
  });
  await outside.subscribeAsync(["building/+/thermostat/#", "building/+/telemetry"], { qos: 1 });
  browser = await openPage({ width: 1280, height: 800 });
  await browser.page.goto(runtime.loginUrl);
});

afterAll(async () => {
  await browser?.close();
  await outside?.endAsync();
  await runtime?.stop();
});

test("the link logs in, and the example flow lies whole and live on the canvas", async () => {
  const { page } = browser;
  await page.goto(`${runtime.url}/#/flows/occupancy-setback`);
  const canvas = page.locator(".react-flow").first();
  await canvas.waitFor();
  const frame = (await canvas.boundingBox())!;
  for (const { id, name } of demoFlow.nodes) {
    const card = page.locator(`.react-flow__node[data-id="${id}"]`);
    await card.getByText(name, { exact: true }).waitFor();
    const box = (await card.boundingBox())!;
    expect(box.x, name).toBeGreaterThanOrEqual(frame.x);
    expect(box.y, name).toBeGreaterThanOrEqual(frame.y);
    expect(box.x + box.width, name).toBeLessThanOrEqual(frame.x + frame.width);
    expect(box.y + box.height, name).toBeLessThanOrEqual(frame.y + frame.height);
  }
  await page
    .locator('.react-flow__node[data-id="climate"]')
    .getByText(/room-\d/)
    .waitFor();
});

test("empty rooms are set back: the command goes out, the thermostat obeys, the room cools", async () => {
  const commanded = await vi.waitUntil(
    () => [...heard].find(([topic]) => topic.endsWith("/thermostat/set"))?.[0],
    { timeout: 60_000, interval: 100 },
  );
  expect(heard.get(commanded)![0]).toEqual({ setpoint: 17 });
  const room = commanded.split("/")[1];
  await vi.waitFor(
    () =>
      expect(heard.get(`building/${room}/thermostat/state`)).toContainEqual(
        expect.objectContaining({ setpoint: 17 }),
      ),
    { timeout: 10_000 },
  );
  const temperatures = () =>
    (heard.get(`building/${room}/telemetry`) as { temperature: number }[]).map((each) => each.temperature);
  await vi.waitFor(() => expect(temperatures().at(-1)).toBeLessThan(Math.max(...temperatures()) - 0.4), {
    timeout: 60_000,
    interval: 500,
  });
}, 120_000);

test("nothing went wrong on the way: no error on the page, no dead letter, every command confirmed", async () => {
  const get = async (path: string) =>
    (await fetch(`${runtime.url}${path}`, { headers: { authorization: `Bearer ${runtime.token}` } })).json();
  expect(browser.errors).toEqual([]);
  expect((await get("/api/dead-letters")).letters).toEqual([]);
  const samples = await get("/api/flows/occupancy-setback/samples");
  expect(samples.thermostat.outputs.confirmed.count).toBeGreaterThan(0);
  expect(samples.thermostat.outputs.failed.count).toBe(0);
});
