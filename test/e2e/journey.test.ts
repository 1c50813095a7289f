/** From an empty flow to a device that obeys, and nothing lost on the way: what a newcomer does on the first day. */
import { afterEach, expect, test } from "vitest";
import { Room } from "./devices.ts";
import type { Editor } from "./editor.ts";
import { FlowList } from "./flowList.ts";
import { patienceMs, setStage } from "./stage.ts";

const stage = setStage();
const rooms: Room[] = [];
afterEach(async () => {
  for (const room of rooms.splice(0)) await room.leave();
});

test("a rule drawn with the mouse commands a device, survives reload and restart", async () => {
  // While the runtime restarts, the browser itself reports that nobody answers.
  const person = await stage.enter({ expectedErrors: /ERR_CONNECTION_REFUSED/ });
  const list = new FlowList(person.page);
  const editor = await list.create("Too warm");
  await draw(editor);
  await configure(editor);
  await editor.deploy(1);

  const hall = await enterRoom("hall");
  await hall.measure(22);
  await shows(editor, "Window", "avg: 22");
  expect(hall.commands, "below the set point nothing is sent").toEqual([]);

  await hall.measure(30);
  expect(await hall.command(1)).toEqual({ setpoint: 18 });
  await hall.report(18);
  await shows(editor, "Device command", "state: confirmed");
  // Two more windows take longer than the pause after which an unconfirmed command would be sent again.
  await hall.measure(31);
  await shows(editor, "Window", "avg: 31");
  await hall.measure(32);
  await shows(editor, "Window", "avg: 32");
  await hall.measure(22);
  await shows(editor, "Threshold", "22 °C");
  expect(hall.commands, "a confirmed command is not repeated").toHaveLength(1);

  await editor.select("Threshold");
  await editor.fill("Set point", "20");
  await editor.topBar.getByText("1 change").waitFor();
  await editor.deploy(2);
  await hall.report(21);
  await hall.measure(22);
  expect(await hall.command(2), "22 is too warm now").toEqual({ setpoint: 18 });
  await hall.report(18);

  await person.page.reload();
  await isComplete(editor);
  await editor.waitForLive(2);

  await hall.leave();
  rooms.length = 0;
  await stage.stop();
  await stage.start();
  await stage.visit(person);
  await list.row("Too warm").getByText("Live · v2").waitFor();
  const restarted = await list.open("Too warm");
  await isComplete(restarted);
  await restarted.waitForLive(2);

  const hallAgain = await enterRoom("hall");
  await hallAgain.measure(15);
  await shows(restarted, "Threshold", "15 °C");
  await hallAgain.report(21);
  await hallAgain.measure(25);
  expect(await hallAgain.command(1)).toEqual({ setpoint: 18 });
  await hallAgain.report(18);
  await shows(restarted, "Device command", "state: confirmed");
}, 180_000);

async function enterRoom(name: string): Promise<Room> {
  const room = await Room.connect(stage.runtime.mqttUrl, name);
  rooms.push(room);
  return room;
}

async function draw(editor: Editor): Promise<void> {
  await editor.addNode("MQTT in", { x: 160, y: 80 });
  await editor.addNode("Window", { x: 500, y: 80 });
  await editor.addNode("Threshold", { x: 160, y: 250 });
  await editor.addNode("Device command", { x: 500, y: 250 });
  await editor.connect({ node: "MQTT in", port: "out" }, { node: "Window", port: "in" });
  await editor.connect({ node: "Window", port: "out" }, { node: "Threshold", port: "in" });
  await editor.connect({ node: "Threshold", port: "raised" }, { node: "Device command", port: "in" });
}

async function configure(editor: Editor): Promise<void> {
  await editor.select("MQTT in");
  await editor.fill("Topic", "sensors/{device}/telemetry");
  await editor.select("Window");
  await editor.fill("Length", "1 s");
  await editor.fill("Of", "payload.temperature", "Result 1");
  await editor.select("Threshold");
  await editor.fill("Value", "payload.avg");
  await editor.fill("Set point", "26");
  await editor.fill("Unit", "°C");
  await editor.select("Device command");
  await editor.fill("Command topic", "thermostats/{device}/set");
  await editor.fill("Command", '{ "setpoint": 18 }');
  await editor.fill("State topic", "thermostats/{device}/state");
  await editor.fill("Done when", "payload.setpoint = wanted.setpoint");
  await editor.openMoreSettings();
  await editor.fill("Send again every", "1 s");
}

/** Every card, wire and setting is as it was left. */
async function isComplete(editor: Editor): Promise<void> {
  await editor.waitForFlow("Too warm");
  await expect.poll(() => editor.cards.count()).toBe(4);
  expect(await editor.wires.count()).toBe(3);
  await editor.select("MQTT in");
  expect(await editor.field("Topic").inputValue()).toBe("sensors/{device}/telemetry");
  await editor.select("Window");
  expect(await editor.field("Length").inputValue()).toBe("1 s");
  expect(await editor.field("Of", "Result 1").textContent()).toBe("payload.temperature");
  await editor.select("Threshold");
  expect(await editor.field("Set point").inputValue()).toBe("20");
  expect(await editor.field("Unit").inputValue()).toBe("°C");
  await editor.select("Device command");
  expect(await editor.field("Command topic").inputValue()).toBe("thermostats/{device}/set");
  expect(await editor.field("Done when").textContent()).toBe("payload.setpoint = wanted.setpoint");
}

/** Waits until the live row of a card says it. */
async function shows(editor: Editor, card: string, text: string): Promise<void> {
  await expect.poll(() => editor.card(card).textContent(), { timeout: patienceMs }).toContain(text);
}
