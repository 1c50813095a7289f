/** The journal alone: what an append costs the thread that has everything else to do, and how fast it is read again. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttInput } from "../runtime/core/engine/input.ts";
import { Journal } from "../runtime/journal/journal.ts";

const devices = 1000;
const inputs = Array.from({ length: 64 * 256 }, (_, index) => reading(index));

console.log("sync mode, payloads of 116 bytes   messages/s  thread, µs  bytes");
for (const [batchInputs, messages] of [
  [1, 100_000],
  [16, 500_000],
  [256, 2_000_000],
] as const) {
  const { perSecond, threadUs, bytes } = await write(batchInputs, messages);
  console.log(
    `batches of ${batchInputs}`.padEnd(33) +
      Math.round(perSecond).toLocaleString("en").padStart(12) +
      threadUs.toFixed(2).padStart(12) +
      bytes.toFixed(0).padStart(7),
  );
}
await waitForEach();
await readAgain();

function reading(index: number): MqttInput {
  const device = index % devices;
  const value = {
    device: `dev-${device}`,
    temperature: 20 + (index % 100) / 10,
    humidity: 40.5,
    co2: 400 + device,
  };
  const payload = Buffer.from(
    JSON.stringify({ ...value, battery: 3.01, at: 1_760_000_000_000 + index, ok: true }),
  );
  const topic = `sensors/dev-${device}/telemetry`;
  return {
    kind: "mqtt",
    connection: "main",
    topic,
    payload,
    retained: false,
    packetId: (index % 65_535) + 1,
  };
}

/** Batches as fast as the disk takes them, 8 MB ahead of it at most. */
async function write(batchInputs: number, messages: number) {
  return inFolder(async (folder) => {
    const journal = open(folder);
    await journal.flush();
    const cpuMs = threadCpuMs();
    const began = performance.now();
    for (let done = 0; done < messages; done += batchInputs) {
      append(journal, done, batchInputs);
      if (journal.pendingBytes > 8e6) await committed(journal);
      else if (done % 4096 === 0) await new Promise(setImmediate);
    }
    await journal.flush();
    const seconds = (performance.now() - began) / 1000;
    const threadUs = ((threadCpuMs() - cpuMs) * 1000) / messages;
    await journal.close();
    return { perSecond: messages / seconds, threadUs, bytes: sizeOf(folder) / messages };
  });
}

async function waitForEach(): Promise<void> {
  await inFolder(async (folder) => {
    const journal = open(folder);
    const waits: number[] = [];
    for (let index = 0; index < 1000; index++) {
      const began = performance.now();
      append(journal, index, 1);
      await committed(journal);
      waits.push(performance.now() - began);
    }
    await journal.close();
    waits.sort((a, b) => a - b);
    console.log(
      `append to commit, one by one       p50 ${waits[500]!.toFixed(2)} ms, p99 ${waits[990]!.toFixed(2)} ms`,
    );
  });
}

async function readAgain(): Promise<void> {
  await inFolder(async (folder) => {
    const first = open(folder);
    for (let done = 0; done < 1_000_000; done += 256) {
      append(first, done, 256);
      if (first.pendingBytes > 8e6) await committed(first);
    }
    await first.close();
    const began = performance.now();
    const journal = open(folder);
    const openMs = performance.now() - began;
    let count = 0;
    for (const batch of journal.read(0)) count += batch.inputs.length;
    const perSecond = count / ((performance.now() - began - openMs) / 1000);
    console.log(`open with ${Math.round(sizeOf(folder) / 1e6)} MB                   ${openMs.toFixed(0)} ms`);
    console.log(
      `read                               ${Math.round(perSecond).toLocaleString("en")} messages/s`,
    );
    await journal.close();
  });
}

function open(folder: string): Journal {
  return new Journal({
    files: folder,
    mode: "sync",
    ageMsMax: 1e12,
    sizeBytesMax: 1e12,
    notice: console.error,
  });
}

function append(journal: Journal, done: number, batchInputs: number): void {
  const from = done % (inputs.length - batchInputs);
  const batch = inputs.slice(from, from + batchInputs);
  journal.append({ position: journal.next, now: 1_760_000_000_000 + done, inputs: batch });
}

function committed(journal: Journal): Promise<void> {
  return new Promise((resolve) => {
    journal.onCommitted = resolve;
  });
}

async function inFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-bench-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

/** Of this thread alone where Linux tells; elsewhere of the process. */
function threadCpuMs(): number {
  if (process.platform === "linux") {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  }
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
