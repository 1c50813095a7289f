import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync } from "node:fs";

/** A process that can be killed, frozen and started again; what it prints goes to a file. */
export class Child {
  readonly #command: readonly [string, ...string[]];
  readonly #env: NodeJS.ProcessEnv;
  readonly #log: string;
  #process: ChildProcess | undefined;
  #ended: Promise<number | null> = Promise.resolve(null);
  /** Printed since it was started last. */
  printed = "";
  /** Printed over all its lives. */
  readonly told: string[] = [];
  onPrinted: (() => void) | undefined;

  constructor(command: readonly [string, ...string[]], log: string, env: NodeJS.ProcessEnv = process.env) {
    this.#command = command;
    this.#log = log;
    this.#env = env;
  }

  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  start(): void {
    const [command, ...args] = this.#command;
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: this.#env });
    const orphan = () => child.kill("SIGKILL");
    process.once("exit", orphan);
    this.#process = child;
    this.printed = "";
    appendFileSync(this.#log, `--- ${new Date().toISOString()} started, process ${child.pid}\n`);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.printed += text;
        this.told.push(text);
        appendFileSync(this.#log, text);
        this.onPrinted?.();
      });
    }
    this.#ended = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        process.removeListener("exit", orphan);
        if (this.#process === child) this.#process = undefined;
        appendFileSync(this.#log, `--- ${new Date().toISOString()} ended: ${signal ?? code}\n`);
        this.onPrinted?.();
        resolve(code);
      });
    });
  }

  /** @returns its exit code; null: a signal ended it */
  async end(signal: "SIGKILL" | "SIGTERM", msMax = 20_000): Promise<number | null> {
    const child = this.#process;
    // A frozen process does not hear SIGTERM.
    child?.kill("SIGCONT");
    child?.kill(signal);
    const timer = setTimeout(() => child?.kill("SIGKILL"), msMax);
    const code = await this.#ended;
    clearTimeout(timer);
    return code;
  }

  freeze(isFrozen: boolean): void {
    this.#process?.kill(isFrozen ? "SIGSTOP" : "SIGCONT");
  }

  /** Looks at everything printed until `find` gives something. @throws when it ends, or takes too long */
  async until<Found>(find: (printed: string) => Found | undefined, msMax: number): Promise<Found> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void) => {
        clearTimeout(timer);
        this.onPrinted = undefined;
        settle();
      };
      const look = () => {
        const found = find(this.printed);
        if (found !== undefined) done(() => resolve(found));
        else if (!this.#process) done(() => reject(new Error(`it ended, and had printed:\n${this.printed}`)));
      };
      const timer = setTimeout(
        () => done(() => reject(new Error(`nothing within ${msMax} ms but:\n${this.printed}`))),
        msMax,
      );
      this.onPrinted = look;
      look();
    });
  }
}
