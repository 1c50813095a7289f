/** A rule that is being drawn is tried on the messages that come, long before it is deployed. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Outside } from "./devices.ts";
import type { Editor } from "./editor.ts";
import { FlowList } from "./flowList.ts";
import { patienceMs, setStage } from "./stage.ts";

const stage = setStage();
let outside: Outside;
beforeAll(async () => {
  outside = await Outside.connect(stage.runtime.mqttUrl, "lab/out/#");
});
afterAll(() => outside.leave());

test("an expression of a new flow shows its result on what devices send while it is typed; nothing is sent", async () => {
  const { page } = await stage.enter();
  const editor = await new FlowList(page).create("First rule");
  await draw(editor);
  await editor.select("Transform");
  const field = editor.field("New payload");
  await field.fill("payload.temperature");
  // As devices do it: again and again, whoever listens.
  await expect
    .poll(
      async () => {
        await outside.publish("lab/hall/telemetry", { temperature: 21.5 });
        return editor.inspector.textContent();
      },
      { timeout: patienceMs, interval: 200 },
    )
    .toContain("21.5");
  await shows(editor, "preview, hall");
  await field.fill("payload.temperature * 2");
  await shows(editor, "43");
  await outside.publish("lab/hall/telemetry", { temperature: 30 });
  await shows(editor, "60");

  await expect.poll(() => editor.card("MQTT out").textContent()).toMatch(/preview.*hall.*60/);
  const before = await editor.place("MQTT out");

  // The expression is not finished, so the node is none: what came to it is still there to choose from.
  await field.fill("");
  await field.pressSequentially("payload.");
  await page.getByRole("option", { name: "temperature" }).waitFor();
  await page.keyboard.press("Escape");
  await field.fill("payload.temperature + 1");

  await editor.inspectorTab("Live");
  await shows(editor, "Nothing is sent");
  await shows(editor, "31");
  await editor.waitForSaved();
  const { live, version } = (await stage.flow("First rule")).summary;
  expect({ live, version }).toEqual({ live: false, version: 0 });
  expect(outside.received).toEqual([]);

  await editor.deploy(1);
  expect(await editor.place("MQTT out"), "a deploy moves nothing").toEqual(before);
  await outside.publish("lab/hall/telemetry", { temperature: 30 });
  expect(await outside.waitFor(1)).toEqual({ topic: "lab/out/hall", payload: 31 });
  await shows(editor, "1 in all");
}, 120_000);

async function draw(editor: Editor): Promise<void> {
  await editor.addNode("MQTT in", { x: 160, y: 80 });
  await editor.addNode("Transform", { x: 500, y: 80 });
  await editor.addNode("MQTT out", { x: 500, y: 250 });
  await editor.connect({ node: "MQTT in", port: "out" }, { node: "Transform", port: "in" });
  await editor.connect({ node: "Transform", port: "out" }, { node: "MQTT out", port: "in" });
  await editor.select("MQTT in");
  await editor.fill("Topic", "lab/{room}/telemetry");
  await editor.select("MQTT out");
  await editor.fill("Topic", "lab/out/{room}");
}

/** Waits until the inspector says it. */
async function shows(editor: Editor, text: string): Promise<void> {
  await expect.poll(() => editor.inspector.textContent(), { timeout: patienceMs }).toContain(text);
}
