export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** @param otherwise called when it has not become true in time */
export async function until(isTrue: () => boolean, msMax: number, otherwise: () => void): Promise<void> {
  for (const deadline = Date.now() + msMax; Date.now() < deadline; await pause(20)) {
    if (isTrue()) return;
  }
  otherwise();
}
