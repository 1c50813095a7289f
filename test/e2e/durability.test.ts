/** What a person sees and does when messages fail, and when a flow has to stand still for a while. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { flowOf } from "../plane/flows.ts";
import { Outside } from "./devices.ts";
import { Editor } from "./editor.ts";
import { setStage } from "./stage.ts";

const stage = setStage();
let outside: Outside;
let editor: Editor;
const flow = (format: string) =>
  flowOf(
    "readings",
    {
      in: ["mqtt-in", { topic: "lab/{device}/reading", format, connection: "default", qos: "1" }],
      hot: ["threshold", { value: "$length(payload)", when: "above", setPoint: 100, clearPoint: 90 }],
      out: ["mqtt-out", { topic: "lab/out/{device}", connection: "default", qos: "1" }],
    },
    ["in.out -> out.in", "in.out -> hot.in"],
  );

async function call(method: string, path: string, body: unknown, revision?: number): Promise<void> {
  const response = await fetch(stage.runtime.url + path, {
    method,
    headers: {
      authorization: `Bearer ${stage.runtime.token}`,
      "content-type": "application/json",
      ...(revision === undefined ? {} : { "if-match": `"${revision}"` }),
    },
    body: JSON.stringify(body),
  });
  expect(response.ok, await response.text()).toBe(true);
}

beforeAll(async () => {
  outside = await Outside.connect(stage.runtime.mqttUrl, "lab/out/#");
  await call("POST", "/api/flows", flow("number"));
  await call("POST", "/api/flows/readings/deploy", { onto: 0 }, 1);
  const { page } = await stage.enter();
  await page.goto(`${stage.runtime.url}/#/flows/readings`);
  editor = new Editor(page);
  await editor.waitForLive(1);
});
afterAll(() => outside.leave());

test("what failed is replayed once its cause is mended, and then it is gone", async () => {
  await outside.publish("lab/hall/reading", "warm");
  const letters = await editor.drawerTab("Dead letters");
  await letters.getByText("1 dead letter", { exact: true }).waitFor();
  await letters.getByRole("listitem").getByRole("button").first().click();
  await letters.getByRole("button", { name: "Replay", exact: true }).click();
  // The cause is still there: it comes back as another letter.
  await letters.getByRole("listitem").getByRole("button", { expanded: false }).first().waitFor();
  await letters.getByText("1 dead letter", { exact: true }).waitFor();
  await call("PUT", "/api/flows/readings", flow("text"), 1);
  await editor.topBar.getByText(/1 change/).waitFor();
  await editor.deploy(2);
  await letters.getByRole("button", { name: "Replay it" }).click();
  expect(await outside.waitFor(1)).toEqual({ topic: "lab/out/hall", payload: "warm" });
  await letters.getByText(/No dead letters in this flow/).waitFor();
}, 120_000);

test("a deploy says beforehand what the nodes will still know", async () => {
  await call(
    "PUT",
    "/api/flows/readings",
    {
      ...flow("text"),
      nodes: flow("text").nodes.filter(({ id }) => id !== "hot"),
      wires: ["in.out -> out.in"],
    },
    2,
  );
  await editor.topBar.getByText(/change/).waitFor();
  const dialog = await editor.openDeploy();
  await dialog.getByRole("heading", { name: "What the nodes will still know" }).waitFor();
  await dialog.getByText(/is removed: what it knows is forgotten/).waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "hidden" });
}, 120_000);

test("a paused flow stands still, says so, and catches up when it is told to", async () => {
  const { page } = editor;
  const before = outside.received.length;
  await editor.topBar.getByRole("button", { name: "More about this flow" }).click();
  await page.getByRole("menuitem", { name: "Pause this flow" }).click();
  const pill = editor.topBar.getByRole("button", { name: /^Paused · v2/ });
  await pill.waitFor();
  for (const n of [1, 2, 3]) await outside.publish("lab/hall/reading", `reading ${n}`);
  await editor.drawer.getByText(/^lag [1-9]/).click();
  await page.getByText(/^paused: \d+ messages/).waitFor();
  await page.keyboard.press("Escape");
  expect(outside.received.length).toBe(before);
  await pill.click();
  const dialog = page.getByRole("dialog", { name: /^Resume/ });
  await dialog.getByText(/Millrace has received \d+ messages since/).waitFor();
  await dialog.getByRole("button", { name: "Catch up" }).click();
  await editor.waitForLive(2);
  expect(await outside.waitFor(before + 3)).toEqual({ topic: "lab/out/hall", payload: "reading 3" });
}, 120_000);
