/** Which flow this browser was in last: the next visit begins there. */
const storageKey = "millrace.lastFlow";

export function lastFlow(): string | undefined {
  try {
    return window.localStorage.getItem(storageKey) ?? undefined;
  } catch {
    // Storage is forbidden: every visit is the first.
    return undefined;
  }
}

export function rememberFlow(id: string): void {
  try {
    window.localStorage.setItem(storageKey, id);
  } catch {
    // Storage is full or forbidden: the next visit begins as the first.
  }
}
