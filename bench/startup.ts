/** What a newcomer waits for: from `node main.js` to an editor that answers, and the memory of an idle runtime. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../runtime/main.js", import.meta.url));
const startMaxMs = 15_000;
const idleMs = 4000;

if (existsSync(main)) await measure();
else console.log("dist/runtime/main.js is not built: nothing to measure");

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-bench-"));
  const began = performance.now();
  const child = spawn(process.execPath, [main, "--port", "0", "--mqtt-port", "0", "--data", folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const url = await linkOf(child.stdout);
    await waitUntilReady(new URL("/health/ready", url));
    console.log(
      `start to ready, ms             ${(performance.now() - began).toFixed(0).padStart(8)}   at most 3000`,
    );
    await new Promise((resolve) => setTimeout(resolve, idleMs));
    console.log(`memory with the demo, MB       ${residentMb(child.pid!).padStart(8)}   at most  200`);
  } finally {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first link the runtime prints. */
function linkOf(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => reject(new Error(`no link after ${startMaxMs} ms:\n${text}`)), startMaxMs);
    output.on("data", (chunk: Buffer) => {
      text += chunk;
      const link = /https?:\/\/\S+/.exec(text)?.[0];
      if (!link) return;
      clearTimeout(timer);
      resolve(link);
    });
  });
}

async function waitUntilReady(url: URL): Promise<void> {
  for (const until = performance.now() + startMaxMs; performance.now() < until; ) {
    const answer = await fetch(url);
    if (answer.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${url.pathname} did not become ready in ${startMaxMs} ms`);
}

/** Resident memory by the kernel's count; elsewhere than on Linux there is no such file. */
function residentMb(pid: number): string {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return "unknown";
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(path, "utf8"))?.[1]);
  return (kilobytes / 1024).toFixed(0);
}
