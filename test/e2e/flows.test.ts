/** What one does with whole flows: name, copy, carry between machines, start from a template, delete. */
import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { FlowList } from "./flowList.ts";
import { type Person, setStage } from "./stage.ts";

const stage = setStage();
let person: Person;
let list: FlowList;
beforeAll(async () => {
  person = await stage.enter();
  list = new FlowList(person.page);
});
beforeEach(() => stage.visit(person));

test("a flow is renamed in the list and in the editor, a node in the inspector and on its card", async () => {
  const editor = await list.create("First name");
  await editor.addNode("Debug", { x: 300, y: 100 });
  await editor.inspector.getByRole("textbox", { name: "Name", exact: true }).fill("Look here");
  await editor.card("Look here").waitFor();
  await editor.card("Look here").dblclick({ position: { x: 80, y: 20 } });
  await person.page.getByRole("textbox", { name: "Name of the node" }).fill("And here");
  await editor.press("Enter");
  await editor.card("And here").waitFor();

  await editor.flowName.fill("Second name");
  await editor.press("Enter");
  await editor.waitForSaved();
  await list.show();
  await list.row("Second name").waitFor();
  await list.rename("Second name", "Third name");
  const again = await list.open("Third name");
  await again.card("And here").waitFor();
});

test("a copy of a flow is a flow of its own", async () => {
  const editor = await list.create("Original");
  await editor.addNode("Debug", { x: 300, y: 100 });
  await editor.waitForSaved();
  await list.show();
  const copy = await list.duplicate("Original", "Copy of it");
  await copy.addNode("Comment", { x: 300, y: 300 });
  await copy.waitForSaved();
  await list.show();
  await list.row("Original").getByText("1 node").waitFor();
  await list.row("Copy of it").getByText("2 nodes").waitFor();
});

test("a flow file carries a flow away and back, and a broken one is refused by name", async () => {
  const editor = await list.startFrom("Average over five minutes");
  await editor.waitForSaved();
  const { draft } = await stage.flow("Average over five minutes");
  await list.show();
  const path = await list.exportFile("Average over five minutes");
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual(draft);

  const jsonPath = `${path}.json`;
  await writeFile(jsonPath, JSON.stringify({ ...draft, name: "From a file" }));
  await list.importFile(jsonPath);
  await editor.waitForFlow("From a file");
  const imported = (await stage.flow("From a file")).draft;
  expect({ ...imported, id: draft.id, name: draft.name }).toEqual(draft);

  await list.show();
  await writeFile(jsonPath, '{ "format": 99 }');
  await list.importFile(jsonPath);
  await person.page.getByRole("alert").getByText("is not a flow").waitFor();
});

test("every template opens without a problem and can be deployed as it is", async () => {
  const titles = await person.page
    .getByRole("list", { name: "Templates" })
    .getByRole("heading")
    .allTextContents();
  expect(titles.length).toBeGreaterThanOrEqual(3);
  for (const title of titles) {
    const editor = await list.startFrom(title);
    await (await editor.drawerTab("Problems")).getByText("No problems").waitFor();
    await editor.deploy(1);
    await list.show();
    await list.row(title).getByText("Live · v1").waitFor();
  }
}, 120_000);

test("a flow is deleted after a question, and is gone after a reload", async () => {
  await list.create("Not for long");
  await list.show();
  await list.choose("Not for long", "Delete…");
  const dialog = person.page.getByRole("dialog", { name: "Delete “Not for long”?" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "hidden" });
  await list.row("Not for long").waitFor();
  await list.choose("Not for long", "Delete…");
  await dialog.getByRole("button", { name: "Delete the flow" }).click();
  await list.row("Not for long").waitFor({ state: "detached" });
  await person.page.reload();
  await person.page.getByRole("list", { name: "Templates" }).waitFor();
  expect(await list.row("Not for long").count()).toBe(0);
});
