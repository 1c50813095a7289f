/** Nothing overlaps and nothing is cut off, on a small laptop and on a large screen, in every panel of the demo flow. */
import { expect, test } from "vitest";
import { Outside } from "./devices.ts";
import type { Editor } from "./editor.ts";
import { FlowList } from "./flowList.ts";
import { layoutFaults } from "./layout.ts";
import { patienceMs, setStage } from "./stage.ts";

const stage = setStage({ demo: true });
const cards = [
  "Occupancy",
  "Empty for a while",
  "New setpoint",
  "Set thermostat",
  "Room climate",
  "Average of a minute",
  "Stale air",
  "Worth a look",
];

test.each([
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
])(
  "at $width × $height every part of the editor is whole",
  async (size) => {
    const person = await stage.enter(size);
    const faults: string[] = [];
    const look = async (where: string) => {
      for (const fault of await layoutFaults(person.page)) faults.push(`${where}: ${fault}`);
    };

    await person.page.getByRole("list", { name: "Templates" }).waitFor();
    await look("flows");
    const list = new FlowList(person.page);
    const editor = await list.open("Occupancy setback");
    await isLive(editor);
    await look("flow");

    const outside = await Outside.connect(stage.runtime.mqttUrl);
    try {
      await outside.publish(
        "building/a-room-with-quite-a-long-name/telemetry",
        "this is not the JSON it should be",
      );
    } finally {
      await outside.leave();
    }
    await (await editor.drawerTab("Dead letters")).getByRole("listitem").first().waitFor();
    await look("dead letters");
    await editor.drawerTab("Debug");
    await look("debug");

    for (const card of cards) {
      await editor.select(card);
      for (const tab of ["Settings", "Live", "Help"] as const) {
        await editor.inspectorTab(tab);
        await look(`${card}, ${tab}`);
      }
      await editor.inspectorTab("Settings");
      const more = editor.inspector.getByRole("button", { name: "More settings" });
      if ((await more.count()) > 0) {
        await more.click();
        await look(`${card}, more settings`);
      }
    }

    await editor.select("Occupancy");
    await editor.fill("Topic", "");
    await (await editor.drawerTab("Problems")).getByRole("listitem").first().waitFor();
    await editor.topBar.getByText("1 change not deployed").waitFor();
    await look("a problem");
    await editor.openDeploy();
    await look("deploy");
    await editor.press("Escape");
    await editor.clickAside();
    await editor.press("Control+z");
    await editor.topBar.getByText("1 change not deployed").waitFor({ state: "hidden" });

    await person.page.getByRole("link", { name: "Settings" }).click();
    await person.page.getByRole("list", { name: "MQTT connections" }).getByText("default").waitFor();
    await look("settings");
    expect(faults).toEqual([]);
  },
  120_000,
);

test("below 1100 px the palette is a button, and nothing else changes its place", async () => {
  const person = await stage.enter({ width: 1024, height: 768 });
  const editor = await new FlowList(person.page).open("Occupancy setback");
  await isLive(editor);
  expect(await editor.palette.isVisible()).toBe(false);
  await expect.poll(() => layoutFaults(person.page), { timeout: patienceMs }).toEqual([]);
  await editor.topBar.getByRole("button", { name: "Show the palette" }).click();
  await editor.paletteItem("Threshold").waitFor();
});

test("a flow nobody has moved stays in view while the room around it changes", async () => {
  const person = await stage.enter({ width: 1280, height: 800 });
  const editor = await new FlowList(person.page).open("Occupancy setback");
  await isLive(editor);
  const low = async () => (await editor.card("Worth a look").boundingBox())?.y ?? 0;
  const before = await low();
  await person.page.setViewportSize({ width: 1024, height: 620 });
  await expect.poll(low, { timeout: patienceMs }).toBeLessThan(before - 50);
  await expect.poll(() => layoutFaults(person.page), { timeout: patienceMs }).toEqual([]);
});

/** Live rows and rates are there: what they take up is part of the picture. */
async function isLive(editor: Editor): Promise<void> {
  await expect
    .poll(() => editor.card("Average of a minute").textContent(), { timeout: patienceMs })
    .toContain("temperature:");
}
