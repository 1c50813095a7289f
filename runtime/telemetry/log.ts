/**
 * The log: text for people, a line an event, `time level text`. Secrets that were made known to it never appear,
 * wherever in a line they turn up.
 */

export interface Log {
  info(text: string): void;
  warn(text: string): void;
  /** @param cause its stack follows, for errors of ours */
  error(text: string, cause?: unknown): void;
  /** From now on the value is written as `•••`. */
  hide(secret: string): void;
}

/**
 * @param write takes one line with its newline
 * @param now ms since epoch
 */
export function createLog(write: (line: string) => void, now: () => number): Log {
  const secrets = new Set<string>();
  const line = (level: string, text: string) => {
    let safe = text.replace(urlCredentials, "$1•••@");
    for (const secret of secrets) safe = safe.replaceAll(secret, "•••");
    write(`${localTime(now())} ${level.padEnd(5)} ${safe}\n`);
  };
  return {
    info: (text) => line("info", text),
    warn: (text) => line("warn", text),
    error: (text, cause) => line("error", cause === undefined ? text : `${text}: ${describe(cause)}`),
    hide: (secret) => {
      // One or two characters would blank half of every line and give the secret away by its gaps.
      if (secret.length > 2) secrets.add(secret);
    },
  };
}

const urlCredentials = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;

function describe(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

function localTime(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
