/** What a newcomer finds after the first start, on an empty data folder: a building that runs, and what it tells. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Outside } from "./devices.ts";
import type { Editor } from "./editor.ts";
import { FlowList } from "./flowList.ts";
import { type Person, patienceMs, setStage } from "./stage.ts";

const stage = setStage({ demo: true });
const flow = "Occupancy setback";
let person: Person;
let editor: Editor;
let outside: Outside;
beforeAll(async () => {
  person = await stage.enter();
  outside = await Outside.connect(stage.runtime.mqttUrl, "building/+/thermostat/set");
});
afterAll(() => outside?.leave());
beforeEach(async () => {
  await stage.visit(person);
  const list = new FlowList(person.page);
  await list.row(flow).getByText("Live · v1").waitFor();
  editor = await list.open(flow);
});

test("the building's values run over cards and wires, and its thermostats are commanded", async () => {
  await editor.waitForLive(1);
  await expect.poll(() => editor.cards.count()).toBe(8);
  await shows("Room climate", /temperature: \d+(\.\d+)?/);
  await shows("Occupancy", /occupied/);
  const chips = editor.canvas.locator(".react-flow__edgelabel-renderer").getByText(/^[\d.]+\/s$/);
  await expect.poll(() => chips.count(), { timeout: patienceMs }).toBeGreaterThan(2);
  await editor.drawer.getByText(/lag \d+ · waiting \d+ · drops 0 · [1-9]\d* msg\/s/).waitFor();

  const { topic, payload } = await outside.waitFor(1);
  expect(topic).toMatch(/^building\/[^/]+\/thermostat\/set$/);
  expect(payload).toEqual({ setpoint: expect.any(Number) });
  await shows("Set thermostat", /state: confirmed/);
}, 120_000);

test("the debug drawer shows what reaches a debug node, filters it and stands still on demand", async () => {
  const debug = await editor.drawerTab("Debug");
  await outside.publish("building/attic/telemetry", { temperature: 20, co2: 4000 });
  const lines = debug.getByRole("log", { name: "Debug messages" });
  await lines.getByText("attic", { exact: true }).first().waitFor({ timeout: 60_000 });
  await lines.getByRole("button", { name: "Worth a look" }).first().click();
  expect(await editor.inspector.getByRole("textbox", { name: "Name", exact: true }).inputValue()).toBe(
    "Worth a look",
  );

  const filter = debug.getByRole("searchbox", { name: "Filter debug messages" });
  await filter.fill("no such room");
  await debug.getByText("No message matches the filter.").waitFor();
  await filter.fill("attic");
  await lines.getByText("attic", { exact: true }).first().waitFor();
  await debug.getByRole("button", { name: "Pause" }).click();
  await debug.getByText("0 came since you paused").waitFor();
  await debug.getByRole("button", { name: "Resume" }).click();
  await debug.getByRole("button", { name: "Pause" }).waitFor();
}, 120_000);

test("a bad payload from outside stops nothing, and is kept with its reason", async () => {
  await outside.publish("building/cellar/telemetry", "not { JSON");
  const letters = await editor.drawerTab("Dead letters");
  const letter = letters.getByRole("listitem").filter({ hasText: "cellar" });
  await letter.getByRole("button", { name: "Room climate" }).click();
  await letter.getByText("not { JSON").first().waitFor();
  await letter.getByRole("button", { name: "Show the node" }).click();
  await editor.inspectorTab("Live");
  await editor.inspector.getByText(/1 failed/).waitFor();
  await outside.publish("building/cellar/telemetry", { temperature: 7, co2: 400 });
  await editor.inspectorTab("Settings");
  await shows("Room climate", /temperature/);
});

test("every node says what it is for, with examples", async () => {
  for (const card of ["Room climate", "Average of a minute", "Stale air", "New setpoint", "Set thermostat"]) {
    await editor.select(card);
    await editor.inspectorTab("Help");
    await editor.inspector.getByRole("heading", { name: "Examples" }).waitFor();
    await editor.inspector.getByRole("table", { name: "Out" }).first().waitFor();
  }
});

test("an expression is completed from the live message, and its result shows as it is typed", async () => {
  await shows("Room climate", /temperature/);
  await editor.select("Average of a minute");
  const field = editor.field("Of", "Result 1");
  await field.fill("");
  await field.pressSequentially("payload.temp");
  const offer = person.page.getByRole("option", { name: /^temperature/ });
  await offer.waitFor();
  // The list takes no Enter in its first moments, lest one meant for the text chooses; so it is chosen by mouse.
  await offer.click();
  expect(await field.textContent()).toBe("payload.temperature");
  const result = editor.inspector.getByRole("group", { name: "Result 1" }).getByRole("status");
  await expect.poll(() => result.textContent()).toMatch(/^\d+(\.\d+)?$/);
  await field.pressSequentially(" > 1000");
  await expect.poll(() => result.textContent()).toBe("false");
  await field.pressSequentially(" and");
  await expect.poll(() => result.textContent()).toMatch(/expected|ends|end of/i);
});

test("an expression that runs away is stopped and says so, a likely mistake is underlined, a function explains itself", async () => {
  await editor.select("Average of a minute");
  const field = editor.field("Of", "Result 1");
  const status = editor.inspector.getByRole("group", { name: "Result 1" }).getByRole("status");
  await field.fill("($f := function($n) { $f($n + 1) }; $f(0))");
  // By its steps, or by the clock of a page that is busy otherwise.
  await expect.poll(() => status.textContent(), { timeout: 30_000 }).toMatch(/stopped/i);
  await field.fill("payload.temprature");
  await expect.poll(() => status.textContent(), { timeout: 30_000 }).toMatch(/Did you mean temperature\?/);
  await expect.poll(() => field.locator(".cm-lintRange-warning").textContent()).toBe("temprature");
  await field.fill('$convert(payload.temperature, "°C", "°F")');
  await expect.poll(() => status.textContent()).toMatch(/^\d+(\.\d+)?$/);
  await field.getByText("$convert").hover();
  await expect
    .poll(() => person.page.locator(".cm-function-help").textContent())
    .toMatch(/^\$convert\(number, from, to\).*Millrace's own/);
  await field.fill("payload.temperature");
});

test("light and dark are a command away, and remembered", async () => {
  const background = () =>
    person.page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g)!.map(Number));
  expect(Math.min(...(await background()))).toBeGreaterThan(200);
  await editor.command("Switch between light and dark");
  await expect.poll(async () => Math.max(...(await background()))).toBeLessThan(60);
  await person.page.reload();
  await editor.waitForFlow(flow);
  expect(Math.max(...(await background()))).toBeLessThan(60);
});

/** Waits until the live row of a card says it. */
async function shows(card: string, text: RegExp): Promise<void> {
  await expect.poll(() => editor.card(card).textContent(), { timeout: 60_000 }).toMatch(text);
}
