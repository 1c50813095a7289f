import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodeTypes } from "../../nodes/index.ts";
import { limits } from "../../runtime/api/limits.ts";
import type { ConnectionConfig } from "../../runtime/protocol/http.ts";
import { type ApiServer, startApiServer, status } from "./apiServer.ts";

let api: ApiServer;
beforeAll(async () => {
  const editor = mkdtempSync(join(tmpdir(), "millrace-editor-"));
  mkdirSync(join(editor, "assets"));
  writeFileSync(join(editor, "index.html"), "<title>Editor</title>");
  writeFileSync(join(editor, "assets", "main-abc.js"), "1");
  api = await startApiServer(editor);
});
afterAll(() => api.stop());

test("health answers without login, and ready tells why not", async () => {
  const headers = { Authorization: "" };
  expect(await api.request("GET", "/health/live", { headers })).toMatchObject({
    status: 200,
    body: { status: "ok" },
  });
  expect(await api.request("GET", "/health/ready", { headers })).toMatchObject({
    status: 200,
    body: { status: "ok" },
  });
  api.unready = "The data plane is starting.";
  expect(await api.request("GET", "/health/ready", { headers })).toMatchObject({
    status: 503,
    body: { status: "unavailable", reason: "The data plane is starting." },
  });
  api.unready = undefined;
});

test("the catalogue tells every node type with its schema and the ports of its default config", async () => {
  const { body } = await api.request("GET", "/api/nodes");
  expect(body.map((each: { type: string }) => each.type)).toEqual(nodeTypes.map((each) => each.type));
  const inject = body.find((each: { type: string }) => each.type === "inject");
  expect(inject).toMatchObject({
    category: "devices",
    config: { type: "object" },
    button: expect.any(String),
  });
  expect(inject.outputs.length).toBeGreaterThan(0);
});

test("status and templates are told", async () => {
  expect((await api.request("GET", "/api/status")).body).toEqual(status);
  expect((await api.request("GET", "/api/templates")).body).toEqual([]);
});

test("connections come and go, and no answer holds a secret", async () => {
  const config: ConnectionConfig = {
    name: "site",
    url: "mqtts://broker:8883",
    protocol: "5",
    keepaliveS: 30,
    persistentSession: true,
  };
  const put = await api.request("PUT", "/api/connections/site", {
    body: { config, secrets: { password: "hunter2" } },
  });
  expect(put).toMatchObject({
    status: 200,
    body: { config, secretsSet: { password: true, key: false }, builtin: false },
  });
  const list = await api.request("GET", "/api/connections");
  expect(list.body.map((each: { builtin: boolean }) => each.builtin)).toEqual([true, false]);
  expect(put.text + list.text + (await api.request("GET", "/api/connections/site")).text).not.toContain(
    "hunter2",
  );
  const misspelt = { config: { ...config, clientid: "x" } };
  expect(await api.request("PUT", "/api/connections/site", { body: misspelt })).toMatchObject({
    status: 400,
    body: { code: "BODY_INVALID" },
  });
  expect(await api.request("DELETE", "/api/connections/default")).toMatchObject({ status: 409 });
  expect(await api.request("DELETE", "/api/connections/site")).toMatchObject({ status: 204 });
  expect(await api.request("GET", "/api/connections/site")).toMatchObject({ status: 404 });
});

test("the editor's files: hashed ones for ever, the page for whoever is logged in", async () => {
  const asset = await api.request("GET", "/assets/main-abc.js");
  expect(asset).toMatchObject({ status: 200, text: "1" });
  expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  for (const path of ["/", "/flows/heat"]) {
    const page = await api.request("GET", path);
    expect(page).toMatchObject({ status: 200, text: "<title>Editor</title>" });
    expect(page.headers.get("cache-control")).toBe("no-store");
    const stranger = await api.request("GET", path, { headers: { Authorization: "" } });
    expect(stranger.status).toBe(302);
    expect(stranger.headers.get("location")).toBe("/login");
  }
  expect(await api.request("GET", "/assets/missing.js")).toMatchObject({ status: 404 });
  expect(await api.request("GET", "/..%2f..%2fpackage.json")).toMatchObject({ status: 404 });
});

test("a missing editor build says what to run", async () => {
  const bare = await startApiServer("/nonexistent");
  const page = await bare.request("GET", "/");
  expect(page.status).toBe(503);
  expect(page.text).toContain('Run "npm run build"');
  await bare.stop();
});

test("a flood of requests is told to wait", async () => {
  const flooded = await startApiServer();
  const statuses = new Set<number>();
  for (let sent = 0; sent <= limits.requestsPerWindowMax && !statuses.has(429); sent += 50) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => flooded.request("GET", "/health/live")),
    );
    for (const each of answers) statuses.add(each.status);
  }
  const refused = await flooded.request("GET", "/health/live");
  expect(refused).toMatchObject({ status: 429, body: { code: "RATE_LIMITED" } });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  await flooded.stop();
});
