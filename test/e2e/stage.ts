/**
 * What a browser test plays on: a built runtime with its own data folder, one browser, and the people in front of it,
 * each with cookies and storage of their own. Everything is closed after the tests of the file, whatever happened.
 *
 * A test also fails when a page of its reported an error, or when the browser blocked something of ours.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { FlowDetail, FlowSummary } from "../../runtime/protocol/http.ts";
import { launchBrowser } from "../harness/chromium.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";

export interface StageOptions {
  /** The simulated building runs. */
  readonly demo?: boolean;
}

export interface PersonOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  /** Errors of the page that the test brings about, as when the runtime is stopped or says no. */
  readonly expectedErrors?: RegExp;
}

export interface Person {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Uncaught exceptions and console errors so far, without those expected. */
  readonly errors: readonly string[];
}

/** Pages of a busy machine can be slow; what does not come in this time does not come. */
export const patienceMs = 20_000;

/** Registers the hooks that set the stage and clear it. */
export function setStage(options: StageOptions = {}): Stage {
  const stage = new Stage(options);
  beforeAll(() => stage.set());
  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => stage.takePictures());
  });
  afterEach(() => expect(stage.errors(), "errors of the pages").toEqual([]));
  afterAll(() => stage.clear());
  return stage;
}

class Stage {
  readonly #options: StageOptions;
  readonly #people: Person[] = [];
  #dataDir: string | undefined;
  #runtime: RunningRuntime | undefined;
  #browser: Browser | undefined;

  constructor(options: StageOptions) {
    this.#options = options;
  }

  get runtime(): RunningRuntime {
    if (!this.#runtime) throw new Error("The runtime does not run: use the stage inside a test");
    return this.#runtime;
  }

  async set(): Promise<void> {
    this.#dataDir = await mkdtemp(join(tmpdir(), "millrace-e2e-"));
    this.#browser = await launchBrowser();
    await this.start();
  }

  /** Starts the runtime on the data it had. @param port of the editor; absent: any free one */
  async start(port?: number): Promise<void> {
    this.#runtime = await startRuntime({
      dataDir: this.#dataDir!,
      demo: this.#options.demo ?? false,
      args: port === undefined ? [] : ["--port", String(port)],
    });
  }

  async stop(): Promise<void> {
    const runtime = this.#runtime;
    this.#runtime = undefined;
    await runtime?.stop();
  }

  /** Somebody else with a browser of their own, logged in and looking at the list of flows. */
  async enter(options: PersonOptions = {}): Promise<Person> {
    const context = await this.#browser!.newContext({
      viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
      colorScheme: options.colorScheme ?? "light",
      reducedMotion: "reduce",
      locale: "en-GB",
      timezoneId: "UTC",
    });
    context.setDefaultTimeout(patienceMs);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await context.newPage();
    const errors: string[] = [];
    const keep = (text: string) => {
      if (!options.expectedErrors?.test(text)) errors.push(text);
    };
    page.on("pageerror", (error) => keep(error.stack ?? error.message));
    page.on("console", (message) => {
      if (message.type() === "error") keep(`${message.text()} (${message.location().url})`);
    });
    const person = { page, context, errors };
    this.#people.push(person);
    await this.visit(person);
    return person;
  }

  /** Opens the list of flows of the runtime that runs now, logging in where needed. */
  async visit({ page }: Person): Promise<void> {
    const list = `${this.runtime.url}/#/flows`;
    await page.goto(list);
    const flows = page.getByRole("heading", { name: "Flows", exact: true });
    const secret = page.getByLabel("Token or password");
    await flows.or(secret).waitFor();
    if (await secret.isVisible()) {
      await secret.fill(this.runtime.token);
      await page.getByRole("button", { name: "Log in" }).click();
      // A login leads to the start, which goes on to the flow when there is one alone.
      await page.waitForURL(/#\/flows/);
      await page.goto(list);
      await flows.waitFor();
    }
  }

  /** What the server knows of a flow, asked as a script would. */
  async flow(name: string): Promise<FlowDetail> {
    const flows = await this.#ask<FlowSummary[]>("/api/flows");
    const found = flows.find((flow) => flow.name === name);
    if (!found) throw new Error(`The server has no flow ${name}`);
    return this.#ask<FlowDetail>(`/api/flows/${found.id}`);
  }

  async #ask<Answer>(path: string): Promise<Answer> {
    const response = await fetch(`${this.runtime.url}${path}`, {
      headers: { authorization: `Bearer ${this.runtime.token}` },
    });
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}`);
    return (await response.json()) as Answer;
  }

  errors(): readonly string[] {
    return this.#people.flatMap(({ errors }) => errors);
  }

  /** What everybody sees, for whoever reads why a test failed. */
  async takePictures(): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "millrace-failed-"));
    for (const [index, { page }] of this.#people.entries()) {
      if (page.isClosed()) continue;
      const path = join(folder, `person-${index + 1}.png`);
      await page.screenshot({ path });
      console.error(`Screenshot of the failure: ${path}`);
    }
  }

  async clear(): Promise<void> {
    const closed = await Promise.allSettled([this.#browser?.close(), this.stop()]);
    if (this.#dataDir) await rm(this.#dataDir, { recursive: true, force: true });
    for (const each of closed) if (each.status === "rejected") throw each.reason;
  }
}
