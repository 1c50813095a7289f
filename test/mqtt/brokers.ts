/** Brokers for tests, on free ports of the loopback interface: the embedded one, and mosquitto where it is installed. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { BrokerServer } from "../../runtime/broker/server.ts";

export interface TestBroker {
  readonly port: number;
  stop(): Promise<void>;
}

/** @param port 0 for a free one */
export async function startAedes(port = 0, notices: string[] = []): Promise<TestBroker> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-broker-"));
  const server = new BrokerServer(folder, (text) => notices.push(text));
  const listening = await server.start({ host: "127.0.0.1", port });
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { port: listening, stop };
}

export const hasMosquitto = (() => {
  try {
    // Its help ends with an exit code of 3.
    execFileSync("mosquitto", ["-h"], { stdio: "ignore" });
    return true;
  } catch (error) {
    return error instanceof Error && "status" in error && error.status === 3;
  }
})();

/** @param lines more configuration; `@` in them is the folder of `files` */
export async function startMosquitto(
  port = 0,
  lines: readonly string[] = ["allow_anonymous true"],
  files: Readonly<Record<string, string>> = {},
): Promise<TestBroker> {
  const listening = port || (await freePort());
  const folder = mkdtempSync(join(tmpdir(), "millrace-mosquitto-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  // Started as root it would change to a user who cannot read the folder.
  const config = [
    `user ${userInfo().username}`,
    `listener ${listening} 127.0.0.1`,
    ...lines.map((line) => line.replace("@", folder)),
  ];
  writeFileSync(join(folder, "mosquitto.conf"), `${config.join("\n")}\n`);
  const child = spawn("mosquitto", ["-c", join(folder, "mosquitto.conf")], { stdio: "ignore" });
  await vi.waitFor(() => reach(listening), { timeout: 10_000, interval: 20 });
  return {
    port: listening,
    stop: async () => {
      await kill(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no TCP address");
  return address.port;
}

function reach(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", reject);
  });
}

function kill(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
