/** How the process ends: what tells it to, and stopping its parts in time. */

/** What went wrong and what to do, for the person who started it. */
export class StartError extends Error {}

/** Something that was started; parts are stopped in the opposite order. */
export interface Part {
  readonly name: string;
  stop(): void | Promise<void>;
}

interface Report {
  info(text: string): void;
  warn(text: string): void;
  error(text: string, cause?: unknown): void;
}

/** @returns the exit code, when it is time: after a signal, or an error nobody caught */
export function toldToStop(log: Report): Promise<number> {
  return new Promise((resolve) => {
    // SIGHUP: the terminal was closed.
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    for (const signal of signals) {
      process.once(signal, () => {
        log.info(`Stopping (${signal}). Once more ends it at once.`);
        for (const each of signals) process.on(each, () => process.exit(130));
        resolve(0);
      });
    }
    process.on("uncaughtException", (error) => {
      log.error("Millrace stops after an error of its own", error);
      resolve(1);
    });
  });
}

/** One after the other, last started first. Ends the process itself when that takes longer than stopMsMax. */
export async function stopParts(parts: readonly Part[], log: Report): Promise<void> {
  let current = "";
  const late = setTimeout(() => {
    log.warn(`Stopping the ${current} takes too long; ending now. State is as of the last checkpoint.`);
    process.exit(1);
  }, stopMsMax);
  for (const part of [...parts].reverse()) {
    current = part.name;
    try {
      await part.stop();
    } catch (error) {
      log.error(`Stopping the ${part.name} failed`, error);
    }
  }
  clearTimeout(late);
}

/** Supervisors give ten seconds or less before they kill. */
const stopMsMax = 4_500;
