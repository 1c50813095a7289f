/** The real, built runtime as a child process: what a test of the whole product talks to. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectionDetail } from "../../runtime/protocol/http.ts";

export interface RuntimeOptions {
  /** Absent: a new folder, removed by `stop`. Give one to start again on the same data. */
  readonly dataDir?: string;
  /** The simulated building runs. Default false. */
  readonly demo?: boolean;
  /** Further options of the command line. */
  readonly args?: readonly string[];
}

export interface RunningRuntime {
  /** Without a slash at the end. */
  readonly url: string;
  /** The printed link: it logs a browser in, once. */
  readonly loginUrl: string;
  /** The broker. */
  readonly mqttUrl: string;
  /** A bearer token of this runtime. */
  readonly token: string;
  readonly dataDir: string;
  /** Everything printed so far. */
  output(): string;
  /** SIGTERM, as an operator would. @returns the exit code; null: it had to be killed */
  stop(): Promise<number | null>;
  /** SIGKILL: nothing of it gets a chance to tidy up. */
  kill9(): Promise<void>;
}

const main = join(import.meta.dirname, "../../dist/runtime/main.js");
const startMsMax = 30_000;
const stopMsMax = 10_000;

/** Starts the runtime on free ports and waits until it is ready. */
export async function startRuntime(options: RuntimeOptions = {}): Promise<RunningRuntime> {
  if (!existsSync(main))
    throw new Error(`${main} is not built: run npm test, or npm run build before vitest`);
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "millrace-test-")));
  const token = "token-of-a-test";
  const args = ["--port", "0", "--data", dataDir, "--token", token, ...(options.args ?? [])];
  if (!args.includes("--mqtt")) args.push("--mqtt-port", "0");
  if (!options.demo) args.push("--no-demo");

  const child = spawn(process.execPath, ["--enable-source-maps", main, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: withoutSettings(process.env),
  });
  const killOrphan = () => child.kill("SIGKILL");
  process.once("exit", killOrphan);
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  }

  const stop = async (): Promise<number | null> => {
    child.kill("SIGTERM");
    const code = await ended(child, stopMsMax);
    process.removeListener("exit", killOrphan);
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    return code;
  };

  try {
    const loginUrl = await untilPrinted(child, () => /https?:\/\/\S+\/login\?token=\S+/.exec(printed)?.[0]);
    const url = new URL(loginUrl).origin;
    const mqttUrl = await brokerOf(url, token);
    return {
      url,
      loginUrl,
      mqttUrl,
      token,
      dataDir,
      output: () => printed,
      stop,
      kill9: async () => {
        child.kill("SIGKILL");
        await ended(child, stopMsMax);
        process.removeListener("exit", killOrphan);
      },
    };
  } catch (error) {
    await stop();
    throw new Error(`Starting the runtime for a test. It printed:\n${printed}`, { cause: error });
  }
}

/** Settings of the person who runs the tests must not reach them. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("MILLRACE_")));
}

/** Looks at every chunk of output until `find` gives something. */
function untilPrinted(child: ChildProcess, find: () => string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = find();
      if (found) settle(() => resolve(found));
    };
    const exited = (code: number | null) => settle(() => reject(new Error(`It ended with code ${code}`)));
    const timeout = setTimeout(
      () => settle(() => reject(new Error(`No link within ${startMsMax} ms`))),
      startMsMax,
    );
    const settle = (outcome: () => void) => {
      clearTimeout(timeout);
      child.stdout?.removeListener("data", look);
      child.removeListener("exit", exited);
      outcome();
    };
    child.stdout?.on("data", look);
    child.once("exit", exited);
    look();
  });
}

async function brokerOf(url: string, token: string): Promise<string> {
  const response = await fetch(`${url}/api/connections`, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok)
    throw new Error(`GET /api/connections answered ${response.status}: ${await response.text()}`);
  const connections = (await response.json()) as ConnectionDetail[];
  const broker = connections.find(({ config }) => config.name === "default");
  if (!broker) throw new Error("The runtime has no connection named default");
  return broker.config.url;
}

/** Waits for the end of the process, and kills it after a while. @returns its exit code */
function ended(child: ChildProcess, msMax: number): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    const timeout = setTimeout(() => child.kill("SIGKILL"), msMax);
    child.once("exit", (code) => {
      clearTimeout(timeout);
      resolve(code);
    });
  });
}
