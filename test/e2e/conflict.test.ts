/** Two people at one flow, and a server that goes away: whoever works here loses nothing and is told what happened. */
import { beforeAll, beforeEach, expect, test } from "vitest";
import { Editor } from "./editor.ts";
import { FlowList } from "./flowList.ts";
import { type Person, setStage } from "./stage.ts";

const stage = setStage();
let ada: Person;
let bo: Person;
/** Ada's feed lags behind: she does not hear what others do until she runs into it. */
let deaf = false;

beforeAll(async () => {
  // The browser itself reports refused requests; the test is about what the editor makes of them.
  const expectedErrors = /status of (401|409)|ERR_CONNECTION_REFUSED/;
  ada = await stage.enter({ expectedErrors });
  bo = await stage.enter({ expectedErrors });
  await ada.context.routeWebSocket(/\/api\/live$/, (page) => {
    const server = page.connectToServer();
    server.onMessage((message) => {
      if (!deaf) page.send(message);
    });
  });
  await ada.page.reload();
});
beforeEach(async () => {
  deaf = false;
  await stage.visit(ada);
});

test("whoever hears of each other sees the other's edits and deploys at once", async () => {
  const [adas, bos] = await openTogether("Together");
  await setTopic(bos, "plant/b");
  await bos.deploy(2);
  await adas.waitForLive(2);
  await adas.select("MQTT in");
  await expect.poll(() => adas.field("Topic").inputValue()).toBe("plant/b");
});

test("a save onto a draft that was saved elsewhere asks; mine can be kept and deployed over theirs", async () => {
  const [adas, bos] = await openTogether("Mine wins");
  deaf = true;
  await setTopic(bos, "plant/b");
  await bos.deploy(2);

  await setTopic(adas, "plant/a");
  await adas.topBar.getByRole("button", { name: "Saved elsewhere too…" }).click();
  const question = ada.page.getByRole("dialog", { name: "This flow was saved from elsewhere too" });
  await question.getByText("Topic plant/b → plant/a").waitFor();
  await question.getByRole("button", { name: "Keep mine" }).click();
  await adas.waitForSaved();

  const review = await adas.openDeploy();
  await review.getByRole("button", { name: "Deploy v2" }).click();
  const conflict = ada.page.getByRole("dialog", { name: "v2 was deployed meanwhile" });
  await conflict.getByText("Topic plant/start → plant/b").waitFor();
  await conflict.getByText("Topic plant/start → plant/a").waitFor();
  expect((await stage.flow("Mine wins")).summary.version, "nothing is deployed before the answer").toBe(2);
  await conflict.getByRole("button", { name: "Deploy mine as v3" }).click();
  await ada.page.getByRole("dialog", { name: "“Mine wins” is live as v3" }).waitFor();
  expect(await deployedTopic("Mine wins")).toBe("plant/a");
});

test("theirs can be taken instead, for the draft and for what is deployed", async () => {
  const [adas, bos] = await openTogether("Theirs wins");
  deaf = true;
  await setTopic(bos, "plant/b");
  await bos.deploy(2);

  await setTopic(adas, "plant/a");
  await adas.topBar.getByRole("button", { name: "Saved elsewhere too…" }).click();
  const question = ada.page.getByRole("dialog", { name: "This flow was saved from elsewhere too" });
  await question.getByRole("button", { name: "Take theirs" }).click();
  await adas.waitForSaved();
  expect(await adas.field("Topic").inputValue()).toBe("plant/b");

  await setTopic(adas, "plant/c");
  await adas.waitForSaved();
  const review = await adas.openDeploy();
  await review.getByRole("button", { name: "Deploy v2" }).click();
  const conflict = ada.page.getByRole("dialog", { name: "v2 was deployed meanwhile" });
  await conflict.getByRole("button", { name: "Open v2 and drop my draft" }).click();
  await conflict.waitFor({ state: "hidden" });
  await adas.waitForLive(2);
  await adas.select("MQTT in");
  await expect.poll(() => adas.field("Topic").inputValue()).toBe("plant/b");
  await adas.waitForSaved();
  expect(await deployedTopic("Theirs wins")).toBe("plant/b");

  await adas.clickAside();
  await adas.press("Control+z");
  await adas.select("MQTT in");
  expect(await adas.field("Topic").inputValue(), "a dropped draft is one undo away").toBe("plant/c");
});

test("a session that has ended says so, and the edits are there again after the login", async () => {
  const [adas] = await openTogether("Logged out");
  await ada.context.clearCookies();
  await setTopic(adas, "plant/later");
  const banner = ada.page.getByRole("alert").filter({ hasText: "Your session has ended." });
  await banner.getByRole("link", { name: "Log in again" }).click();
  await ada.page.getByLabel("Token or password").fill(stage.runtime.token);
  await ada.page.getByRole("button", { name: "Log in" }).click();
  // The login leads back to the flow of the last visit.
  await ada.page.getByRole("application", { name: "Canvas" }).waitFor();
  const again = new Editor(ada.page);
  await again.notices.getByText("Edits from your last visit").waitFor();
  await again.select("MQTT in");
  expect(await again.field("Topic").inputValue()).toBe("plant/later");
  await again.waitForSaved();
});

test("a runtime that is stopped says so; edits go on, and are saved when it is started again", async () => {
  const [adas] = await openTogether("Stopped");
  const port = Number(new URL(stage.runtime.url).port);
  await stage.stop();
  const banner = ada.page.getByRole("alert").filter({ hasText: "The runtime does not answer." });
  await banner.waitFor();
  await adas.topBar.getByText("No runtime").waitFor();
  await setTopic(adas, "plant/meanwhile");
  await adas.topBar.getByText("Offline, kept here").waitFor();

  await stage.start(port);
  await banner.waitFor({ state: "hidden", timeout: 60_000 });
  await adas.waitForSaved();
  await adas.topBar.getByRole("link", { name: /^MQTT default connected$/ }).waitFor();
  expect((await stage.flow("Stopped")).draft.nodes[0]!.config).toMatchObject({ topic: "plant/meanwhile" });
  await adas.deploy(2);
}, 120_000);

/** Ada draws and deploys a flow, and Bo opens it too. */
async function openTogether(name: string): Promise<readonly [Editor, Editor]> {
  const adas = await new FlowList(ada.page).create(name);
  await adas.addNode("MQTT in", { x: 200, y: 100 });
  await setTopic(adas, "plant/start");
  await adas.deploy(1);
  await stage.visit(bo);
  const bos = await new FlowList(bo.page).open(name);
  await bos.waitForLive(1);
  return [adas, bos];
}

async function setTopic(editor: Editor, topic: string): Promise<void> {
  await editor.select("MQTT in");
  await editor.fill("Topic", topic);
}

async function deployedTopic(name: string): Promise<unknown> {
  return (await stage.flow(name)).deployed?.nodes[0]?.config.topic;
}
