/** What a browser makes of our headers, cookies and login page. The editor itself is tested in test/e2e. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type OpenPage, openPage } from "../harness/chromium.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";

// Each test starts a browser and the runtime, on machines that may be busy with others.
vi.setConfig({ testTimeout: 120_000 });

let runtime: RunningRuntime;
let browser: OpenPage;
beforeEach(async () => {
  [runtime, browser] = await Promise.all([startRuntime({ demo: true }), openPage()]);
});
afterEach(async () => {
  await Promise.all([browser.close(), runtime.stop()]);
});

test("the printed link opens the editor with its live feed, and no header of ours stands in its way", async () => {
  const { page, errors } = browser;
  const frames: string[] = [];
  page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => frames.push(String(payload))));
  await page.goto(runtime.loginUrl);
  expect(new URL(page.url()).origin).toBe(runtime.url);
  expect(page.url()).not.toContain("token");
  await page.getByRole("application", { name: "Canvas" }).waitFor();
  // Of the flows that run, the one that was there first.
  expect(page.url()).toContain("#/flows/occupancy-setback");
  await expect
    .poll(() => frames.some((each) => each.includes('"type":"status"')), { timeout: 10_000 })
    .toBe(true);
  await page.reload();
  await page.getByRole("application", { name: "Canvas" }).waitFor();
  expect(errors).toEqual([]);
});

test("whoever is not logged in gets to the login page and through it", async () => {
  const { page } = browser;
  await page.goto(runtime.url);
  expect(new URL(page.url()).pathname).toBe("/login");
  await page.getByLabel("Token or password").fill("wrong");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Token or password").fill(runtime.token);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("application", { name: "Canvas" }).waitFor();
});

test("a page of another site can neither change anything nor listen", async () => {
  const { page } = browser;
  await page.goto(runtime.loginUrl);
  // The same machine on another name is another site; the cookie does not travel, and the Origin is told.
  const foreign = runtime.url.replace("127.0.0.1", "localhost");
  await page.goto(`${foreign}/login`);
  const outcome = await page.evaluate(async (url) => {
    const written = await fetch(`${url}/api/dead-letters`, {
      method: "DELETE",
      mode: "no-cors",
      credentials: "include",
    }).then(
      () => "sent",
      () => "stopped",
    );
    const heard = await new Promise((resolve) => {
      const socket = new WebSocket(`${url.replace("http", "ws")}/api/live`);
      socket.onopen = () => resolve("open");
      socket.onerror = () => resolve("refused");
    });
    return { written, heard };
  }, runtime.url);
  expect(outcome).toEqual({ written: "stopped", heard: "refused" });
});
