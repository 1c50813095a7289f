import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt from "mqtt";
import { expect, test } from "vitest";
import { startRuntime } from "./runtime.ts";

test("the built runtime starts on free ports, answers, brings a broker and stops cleanly", async () => {
  const runtime = await startRuntime();
  try {
    expect((await fetch(`${runtime.url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${runtime.url}/api/flows`)).status).toBe(401);
    const listed = await fetch(`${runtime.url}/api/flows`, {
      headers: { authorization: `Bearer ${runtime.token}` },
    });
    expect(await listed.json()).toEqual([]);
    const client = await mqtt.connectAsync(runtime.mqttUrl);
    await client.endAsync();
  } finally {
    expect(await runtime.stop()).toBe(0);
  }
});

test("after kill -9 it starts again on the same data, with the demo flows still live", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "millrace-test-"));
  try {
    const first = await startRuntime({ dataDir, demo: true });
    await first.kill9();
    const second = await startRuntime({ dataDir, demo: true });
    const listed = await fetch(`${second.url}/api/flows`, {
      headers: { authorization: `Bearer ${second.token}` },
    });
    expect(await listed.json()).toMatchObject([
      { id: "forgotten-lights", live: true, version: 1 },
      { id: "occupancy-setback", live: true, version: 1 },
    ]);
    expect(await second.stop()).toBe(0);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
