/** Drawing and changing a flow, by mouse and by keyboard, without deploying it. */
import { beforeAll, expect, test } from "vitest";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import type { Editor, Point } from "./editor.ts";
import { FlowList } from "./flowList.ts";
import { type Person, setStage } from "./stage.ts";

const stage = setStage();
let person: Person;
beforeAll(async () => {
  person = await stage.enter();
});

test("undo and redo lead through the same documents, whatever was done", async () => {
  const editor = await newFlow("Undo");
  const documents = [await saved("Undo")];
  const edit = async (done: Promise<void>) => {
    await done;
    documents.push(await saved("Undo", documents.at(-1)));
  };
  await edit(editor.addNode("MQTT in", { x: 160, y: 80 }));
  await edit(editor.addNode("Threshold", { x: 500, y: 80 }));
  await edit(editor.moveCard("Threshold", { x: 0, y: 96 }));
  await edit(editor.connect({ node: "MQTT in", port: "out" }, { node: "Threshold", port: "in" }));
  await edit(editor.select("Threshold").then(() => editor.fill("Set point", "26")));
  await edit(editor.select("MQTT in").then(() => editor.press("Delete")));
  expect(documents.at(-1)).toMatchObject({ nodes: [{ type: "threshold" }], wires: [] });

  await editor.clickAside();
  for (const document of documents.toReversed().slice(1)) {
    await editor.press("Control+z");
    await expect.poll(() => saved("Undo")).toEqual(document);
  }
  expect(await editor.cards.count()).toBe(0);
  for (const document of documents.slice(1)) {
    await editor.press("Control+Shift+z");
    await expect.poll(() => saved("Undo")).toEqual(document);
  }
  expect(await editor.announcement.textContent()).toBe("Done again: Delete 1 node");
}, 120_000);

test("a selection of several cards is copied as JSON, pasted with its wires, moved and deleted as one", async () => {
  const editor = await newFlow("Copy");
  await editor.addNode("MQTT in", { x: 160, y: 60 });
  await editor.addNode("Debug", { x: 500, y: 60 });
  await editor.connect({ node: "MQTT in", port: "out" }, { node: "Debug", port: "in" });
  await editor.select("MQTT in", "Debug");
  await editor.inspector.getByRole("heading", { name: "2 nodes selected" }).waitFor();

  await editor.press("Control+c");
  const text = await person.page.evaluate(() => navigator.clipboard.readText());
  expect(JSON.parse(text)).toMatchObject({ nodes: [{ type: "mqtt-in" }, { type: "debug" }], wires: [{}] });
  await editor.press("Control+v");
  await expect.poll(() => editor.cards.count()).toBe(4);
  expect(await editor.wires.count()).toBe(2);
  await editor.inspector.getByRole("heading", { name: "2 nodes selected" }).waitFor();

  await editor.press("Delete");
  await expect.poll(() => editor.cards.count()).toBe(2);
  const before = await places(editor);
  await editor.select("MQTT in", "Debug");
  await editor.moveCard("Debug", { x: -64, y: 160 });
  const [first, second] = (await places(editor)).map(({ x, y }, index) => ({
    x: x - before[index]!.x,
    y: y - before[index]!.y,
  }));
  expect(first, "cards that are moved together stay together").toEqual(second);
  expect(Math.abs(first!.x + 64) + Math.abs(first!.y - 160), "within a step of the grid").toBeLessThan(33);

  await person.page.evaluate(() => navigator.clipboard.writeText("no nodes in here"));
  await editor.press("Control+v");
  await editor.notices.first().waitFor();
  expect(await editor.cards.count()).toBe(2);
}, 60_000);

test("a connection that makes no sense is refused, and says why", async () => {
  const editor = await newFlow("Refused");
  await editor.addNode("Filter", { x: 160, y: 60 });
  await editor.addNode("Transform", { x: 500, y: 60 });
  await editor.connect({ node: "Filter", port: "out" }, { node: "Transform", port: "in" });
  await editor.drawWire({ node: "Transform", port: "out" }, { node: "Filter", port: "in" });
  await editor.notices.getByText("This would make a loop: a message could run in circles.").waitFor();
  await editor.drawWire({ node: "Filter", port: "out" }, { node: "Transform", port: "in" });
  await editor.notices.getByText("These two are already joined.").waitFor();
  expect(await editor.wires.count()).toBe(1);
});

test("the keyboard alone builds a flow of two nodes, deploys it and presses its button", async () => {
  const editor = await newFlow("Keys");
  const { keyboard } = person.page;
  const add = async (title: string) => {
    await keyboard.press("n");
    await person.page.getByRole("combobox", { name: "Add a node" }).waitFor();
    await keyboard.type(title);
    await keyboard.press("Enter");
    await editor.card(title).waitFor();
    await isFocused(editor, title);
  };
  await add("Inject");
  await add("Debug");
  await keyboard.press("c");
  await person.page.getByRole("option", { name: "Inject" }).waitFor();
  await keyboard.press("Enter");
  await expect.poll(() => editor.wires.count()).toBe(1);
  await isFocused(editor, "Debug");

  await keyboard.press("Control+Enter");
  await person.page.getByRole("dialog", { name: "Deploy “Keys”" }).waitFor();
  await keyboard.press("Enter");
  const done = person.page.getByRole("dialog", { name: "“Keys” is live as v1" });
  await done.waitFor();
  await keyboard.press("Escape");
  await done.waitFor({ state: "hidden" });

  await editor.drawerTab("Debug");
  await keyboard.press("Control+f");
  await keyboard.type("Inject");
  await keyboard.press("Enter");
  await isFocused(editor, "Inject");
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await editor.drawer.getByRole("button", { name: "true" }).waitFor();
}, 60_000);

test("a problem leads to its node and its field, and goes when it is mended", async () => {
  const editor = await newFlow("Problem");
  await editor.addNode("Threshold", { x: 500, y: 60 });
  await editor.addNode("MQTT in", { x: 160, y: 60 });
  await editor.select("Threshold");
  const problems = await editor.drawerTab("Problems");
  const missing = problems.getByRole("button", { name: "MQTT in · Topic" });
  await missing.click();
  await expect
    .poll(() => editor.field("Topic").evaluate((field) => field === document.activeElement))
    .toBe(true);
  await editor.field("Topic").and(editor.page.locator("[aria-invalid=true]")).waitFor();

  const dialog = await editor.openDeploy();
  expect(await dialog.getByRole("button", { name: "Deploy v1" }).isDisabled()).toBe(true);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "hidden" });

  await editor.fill("Topic", "sensors/{device}");
  await missing.waitFor({ state: "hidden" });
  await editor.fill("Topic", "sensors/{device");
  await editor.field("Topic").and(editor.page.locator("[aria-invalid=true]")).waitFor();
});

test("a draft is saved by itself and survives a reload, and what runs stays as it was", async () => {
  const editor = await newFlow("Draft");
  await editor.addNode("MQTT in", { x: 160, y: 60 });
  await editor.fill("Topic", "first/topic");
  await editor.deploy(1);
  await editor.select("MQTT in");
  await editor.fill("Topic", "second/topic");
  await editor.addNode("Debug", { x: 500, y: 60 });
  await editor.topBar.getByText("2 changes not deployed").waitFor();
  await editor.waitForSaved();
  await editor.select("MQTT in");
  await editor.fill("Topic", "third/topic");
  // At once: the pause after which an edit is saved is not over.
  await person.page.reload();
  await editor.waitForFlow("Draft");
  await expect.poll(() => editor.cards.count()).toBe(2);
  await editor.select("MQTT in");
  expect(await editor.field("Topic").inputValue()).toBe("third/topic");
  await editor.topBar.getByText("2 changes not deployed").waitFor();
  await editor.waitForSaved();
  const { draft, deployed } = await stage.flow("Draft");
  expect(draft.nodes.map(({ type }) => type)).toEqual(["mqtt-in", "debug"]);
  expect(deployed).toMatchObject({ nodes: [{ type: "mqtt-in", config: { topic: "first/topic" } }] });
}, 60_000);

test("a week is written with the keyboard alone: days, times, another period", async () => {
  const editor = await newFlow("Week");
  await editor.addNode("Schedule gate", { x: 160, y: 60 });
  const { keyboard } = person.page;
  const period = (number: number) => editor.inspector.getByRole("group", { name: `Period ${number}` });
  await period(1).getByRole("button", { name: "Monday" }).focus();
  await keyboard.press("Space");
  await keyboard.press("End");
  await keyboard.press("Space");
  await keyboard.press("ArrowLeft");
  await keyboard.press("Space");
  // The days are one stop, and the button that removes the only period is none.
  await keyboard.press("Tab");
  await keyboard.type("sunset - 15 min");
  await keyboard.press("Tab");
  await keyboard.type("sunrise");
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await period(2).waitFor();
  const week = async () => (await stage.flow("Week")).draft.nodes[0]?.config.week;
  await expect.poll(week).toEqual([
    { days: ["tue", "wed", "thu", "fri", "sat", "sun"], from: "sunset - 15 min", to: "sunrise" },
    { days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", to: "18:00" },
  ]);
  const problems = await editor.drawerTab("Problems");
  await problems.getByText("“sunset - 15 min” needs the latitude of the place.").waitFor();
}, 60_000);

async function newFlow(name: string): Promise<Editor> {
  await stage.visit(person);
  return new FlowList(person.page).create(name);
}

/** The draft as the server has it. @param before wait until it is another one than this */
async function saved(name: string, before?: FlowDocument): Promise<FlowDocument> {
  const draft = async () => (await stage.flow(name)).draft;
  if (before) await expect.poll(draft).not.toEqual(before);
  return draft();
}

async function places(editor: Editor): Promise<readonly Point[]> {
  return [await editor.place("MQTT in"), await editor.place("Debug")];
}

async function isFocused(editor: Editor, title: string): Promise<void> {
  await expect.poll(() => editor.card(title).evaluate((card) => card === document.activeElement)).toBe(true);
}
