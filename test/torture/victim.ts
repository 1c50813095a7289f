import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FlowDetail, FlowSummary } from "../../runtime/protocol/http.ts";
import { Child } from "./child.ts";

/** The real, built runtime as a process to be killed at any moment, and lied to about clock and disk. */
export class Victim {
  readonly child: Child;
  readonly #lies: string;
  #told = { offsetMs: 0, diskFull: false };

  /** @param args of the command line, beside port, folder and token */
  constructor(folder: string, args: readonly string[]) {
    this.#lies = join(folder, "lies.json");
    const data = join(folder, "data");
    this.child = new Child(
      [
        process.execPath,
        "--enable-source-maps",
        "--import",
        join(import.meta.dirname, "preload.mjs"),
        main,
        ...["--port", "0", "--data", data, "--token", token, "--no-demo"],
        ...args,
      ],
      join(folder, "runtime.log"),
      { ...withoutSettings(process.env), TORTURE_LIES: this.#lies },
    );
    this.lie({});
  }

  lie(lies: { readonly offsetMs?: number; readonly diskFull?: boolean }): void {
    this.#told = { ...this.#told, ...lies };
    // In one move: nobody reads half of it.
    writeFileSync(`${this.#lies}.new`, JSON.stringify(this.#told));
    renameSync(`${this.#lies}.new`, this.#lies);
  }

  /** Resolves when it serves. */
  async ready(): Promise<void> {
    await this.#origin();
  }

  async deploy(flow: { readonly id: string }): Promise<void> {
    const known = (await this.#ask("GET", "/api/flows")) as FlowSummary[];
    if (known.every(({ id }) => id !== flow.id)) await this.#ask("POST", "/api/flows", flow);
    const path = `/api/flows/${flow.id}`;
    const { summary } = (await this.#ask("GET", path)) as FlowDetail;
    await this.#ask("PUT", path, flow, summary.revision);
    const saved = (await this.#ask("GET", path)) as FlowDetail;
    await this.#ask("POST", `${path}/deploy`, { onto: saved.summary.version }, saved.summary.revision);
  }

  async connect(name: string, port: number, protocol: "3.1.1" | "5"): Promise<void> {
    // A short keep-alive: half-open connections are to be found within a test.
    const url = `mqtt://127.0.0.1:${port}`;
    const config = { name, url, protocol, keepaliveS: 5, persistentSession: true };
    await this.#ask("PUT", `/api/connections/${name}`, { config });
  }

  /** @returns the HTTP status */
  async post(path: string, body?: object): Promise<number> {
    return (await this.#fetch("POST", path, body)).status;
  }

  async #ask(method: string, path: string, body?: object, revision?: number): Promise<unknown> {
    const response = await this.#fetch(method, path, body, revision);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  async #fetch(method: string, path: string, body?: object, revision?: number): Promise<Response> {
    return fetch((await this.#origin()) + path, {
      method,
      signal: AbortSignal.timeout(answerMsMax),
      headers: {
        authorization: `Bearer ${token}`,
        ...(body ? { "content-type": "application/json" } : {}),
        ...(revision === undefined ? {} : { "if-match": `"${revision}"` }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  }

  #origin(): Promise<string> {
    return this.child.until(
      (printed) => /https?:\/\/[^/\s]+(?=\/login\?token=)/.exec(printed)?.[0],
      startMsMax,
    );
  }
}

const main = join(import.meta.dirname, "../../dist/runtime/main.js");
const token = "token-of-a-test";
const startMsMax = 60_000;
const answerMsMax = 20_000;

/** Settings of the person who runs the tests must not reach it. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("MILLRACE_")));
}
