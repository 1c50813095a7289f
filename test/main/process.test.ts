/** The built runtime as a process: starting, failing to start, and ending. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { emptyFlow, formatFlow } from "../../runtime/core/flow/document.ts";
import type { ServerMessage } from "../../runtime/protocol/live.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";

// Each test starts processes, on machines that may be busy with others.
vi.setConfig({ testTimeout: 120_000 });

const main = join(import.meta.dirname, "../../dist/runtime/main.js");
const running: RunningRuntime[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
});

async function start(...options: Parameters<typeof startRuntime>): Promise<RunningRuntime> {
  const runtime = await startRuntime(...options);
  running.push(runtime);
  return runtime;
}

/** Runs to its end. */
async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child: ChildProcess = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (data) => {
    stdout += data;
  });
  child.stderr?.on("data", (data) => {
    stderr += data;
  });
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}

function temporary(): string {
  return mkdtempSync(join(tmpdir(), "millrace-main-"));
}

async function takePort(): Promise<{ port: number; free: () => void }> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as { port: number }).port, free: () => server.close() };
}

async function get(runtime: RunningRuntime, path: string) {
  const response = await fetch(runtime.url + path, { headers: { authorization: `Bearer ${runtime.token}` } });
  return { status: response.status, body: await response.json() };
}

test("--help prints the options and mistakes end with code 2", async () => {
  const help = await run("--help");
  expect(help).toMatchObject({ code: 0, stderr: "" });
  expect(help.stdout).toContain("--mqtt-port PORT");
  const mistake = await run("--prot", "1");
  expect(mistake).toEqual({ code: 2, stdout: "", stderr: "millrace: Unknown option --prot. See --help.\n" });
});

test("it starts on free ports, is ready, logs in by its link and ends with code 0 on SIGTERM", async () => {
  const runtime = await start();
  expect(await get(runtime, "/health/ready")).toEqual({ status: 200, body: { status: "ok" } });
  expect((await get(runtime, "/api/status")).body).toMatchObject({
    dataPlane: "running",
    connections: [{ name: "default", embedded: true }],
  });
  const login = await fetch(runtime.loginUrl, { redirect: "manual" });
  expect(login.status).toBe(303);
  expect((await fetch(runtime.loginUrl, { redirect: "manual" })).status).toBe(401);
  expect(runtime.output()).not.toContain(runtime.token);
  expect(await runtime.stop()).toBe(0);
});

test("a first start with the demo has its flows running, and deleting them is for good", async () => {
  const dataDir = temporary();
  const first = await start({ dataDir, demo: true });
  const flows = (await get(first, "/api/flows")).body;
  expect(flows.map(({ name }: { name: string }) => name).sort()).toEqual([
    "Occupancy setback",
    "Visits and forgotten lights",
  ]);
  for (const flow of flows) expect(flow).toMatchObject({ live: true, version: 1 });
  await vi.waitFor(
    async () => expect((await get(first, "/api/status")).body.inputsPerSecond).toBeGreaterThan(0),
    { timeout: 10_000 },
  );
  for (const { id, revision } of flows) {
    const headers = { authorization: `Bearer ${first.token}`, "if-match": `"${revision}"` };
    expect((await fetch(`${first.url}/api/flows/${id}`, { method: "DELETE", headers })).status).toBe(204);
  }
  expect(await first.stop()).toBe(0);
  const second = await start({ dataDir, demo: true });
  expect((await get(second, "/api/flows")).body).toEqual([]);
});

test("the live feed carries what runs, and ends with the runtime", async () => {
  const runtime = await start({ demo: true });
  const socket = new WebSocket(`${runtime.url.replace("http", "ws")}/api/live`, {
    headers: { authorization: `Bearer ${runtime.token}` },
  });
  const messages: ServerMessage[] = [];
  socket.on("message", (data) => messages.push(JSON.parse(String(data))));
  socket.on("open", () => socket.send('{"type":"watch","flow":"occupancy-setback"}'));
  const nodes = () =>
    messages.flatMap((each) => (each.type === "telemetry" ? Object.entries(each.nodes) : []));
  await vi.waitFor(
    () => {
      expect(messages.some((each) => each.type === "status" && each.status.inputsPerSecond > 0)).toBe(true);
      expect(
        nodes().some(([, node]) => Object.values(node.outputs).some((port) => port.last !== undefined)),
      ).toBe(true);
    },
    { timeout: 20_000 },
  );
  const closed = once(socket, "close");
  expect(await runtime.stop()).toBe(0);
  expect((await closed)[0]).toBe(1001);
});

test("after kill -9 what was live runs again", async () => {
  const dataDir = temporary();
  const first = await start({ dataDir, demo: true });
  const before = (await get(first, "/api/flows")).body;
  await first.kill9();
  const second = await start({ dataDir, demo: true });
  expect((await get(second, "/api/flows")).body).toEqual(before);
  expect(await get(second, "/health/ready")).toMatchObject({ status: 200 });
});

test("a second instance on the same data folder is refused by name", async () => {
  const runtime = await start();
  const second = await run("--port", "0", "--mqtt-port", "0", "--data", runtime.dataDir);
  expect(second).toMatchObject({ code: 1, stdout: "" });
  expect(second.stderr).toMatch(
    /^millrace: Another Millrace \(process \d+\) is already running on the data folder .*--data DIR\.\n$/,
  );
});

test("a taken port is named, that of the editor and that of the broker", async () => {
  const taken = await takePort();
  const http = await run("--port", `${taken.port}`, "--mqtt-port", "0", "--data", temporary());
  expect(http.code).toBe(1);
  expect(http.stderr).toBe(
    `millrace: Port ${taken.port} on 127.0.0.1 is in use by another program. Stop it, or choose another port with --port PORT.\n`,
  );
  const mqtt = await run("--port", "0", "--mqtt-port", `${taken.port}`, "--data", temporary());
  expect(mqtt.code).toBe(1);
  expect(mqtt.stderr).toContain(`Port ${taken.port} for the embedded MQTT broker is in use.`);
  expect(mqtt.stderr).toContain("--mqtt-port PORT");
  taken.free();
});

test("a data folder that is a file or of a newer format is refused in one sentence", async () => {
  const folder = temporary();
  writeFileSync(join(folder, "file"), "");
  const file = await run("--port", "0", "--mqtt-port", "0", "--data", join(folder, "file"));
  expect(file.code).toBe(1);
  expect(file.stderr.trim().split("\n")).toHaveLength(1);
  writeFileSync(join(folder, "format"), "99\n");
  const newer = await run("--port", "0", "--mqtt-port", "0", "--data", folder);
  expect(newer.stderr).toContain("written by a newer Millrace (format 99");
});

test("an unreachable broker is retried and shown, without its password", async () => {
  const { port, free } = await takePort();
  free();
  const runtime = await start({ args: ["--mqtt", `mqtt://me:hunter2@127.0.0.1:${port}`] });
  await vi.waitFor(
    async () => {
      const { connections } = (await get(runtime, "/api/status")).body;
      expect(connections).toMatchObject([
        { name: "default", url: `mqtt://127.0.0.1:${port}`, embedded: false, error: expect.any(String) },
      ]);
    },
    { timeout: 10_000 },
  );
  expect(runtime.output()).toMatch(/warn .*MQTT connection "default" \(mqtt:\/\/127\.0\.0\.1:\d+\): /);
  const all = JSON.stringify((await get(runtime, "/api/connections")).body) + runtime.output();
  expect(all).not.toContain("hunter2");
  expect(await get(runtime, "/health/ready")).toMatchObject({ status: 200 });
});

test("flow files of a folder run; a broken one is named and stops no other", async () => {
  const folder = join(temporary(), "flows");
  mkdirSync(folder);
  const example = JSON.parse(
    readFileSync(new URL("../../examples/flows/occupancy-setback.flow.json", import.meta.url), "utf8"),
  );
  writeFileSync(join(folder, "a.json"), formatFlow(example));
  writeFileSync(join(folder, "b.json"), "{ torn");
  writeFileSync(
    join(folder, "c.json"),
    formatFlow({ ...emptyFlow("c", "C"), nodes: [{ id: "x", type: "no-such", version: 1, config: {} }] }),
  );
  const dataDir = temporary();
  const first = await start({ dataDir, args: ["--flows", folder] });
  expect(
    (await get(first, "/api/flows")).body.find((each: { id: string }) => each.id === example.id),
  ).toMatchObject({ live: true, version: 1 });
  expect(first.output()).toMatch(/b\.json is left out: /);
  expect(first.output()).toMatch(/c\.json is not deployed: .*no-such/);
  await first.stop();
  const second = await start({ dataDir, args: ["--flows", folder] });
  expect(
    (await get(second, "/api/flows")).body.find((each: { id: string }) => each.id === example.id),
  ).toMatchObject({ version: 1 });
  expect(second.output()).toContain("runs already");
});

test("a folder of flows that is not there is refused by name", async () => {
  const missing = join(temporary(), "missing");
  const refused = await run("--port", "0", "--mqtt-port", "0", "--data", temporary(), "--flows", missing);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toBe(
    `millrace: The folder of --flows ${missing} cannot be read (ENOENT). Check that it is there and may be read.\n`,
  );
});
