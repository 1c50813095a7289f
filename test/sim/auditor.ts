/** Knows what was sent, looks at what arrived, and at nothing between. */
import type { Publish } from "./broker.ts";

interface Device {
  sent: number;
  /** Highest count that arrived. */
  counted: number;
  readonly later: Set<number>;
  /** By start of the window. */
  readonly windows: Map<number, string>;
}

export class Auditor {
  readonly #devices = new Map<string, Device>();

  /** @returns the next reading of a device */
  next(device: string): string {
    return JSON.stringify({ n: this.#device(device).sent++ });
  }

  /** A result has arrived. @throws Error when it is wrong, whatever may still come */
  take({ topic, payload }: Publish): void {
    const [, kind, name] = topic.split("/") as [string, string, string];
    const device = this.#device(name);
    const value = JSON.parse(payload);
    const fail = (what: string): never => {
      throw new Error(`${topic} ${payload}: ${what}`);
    };
    if (kind === "count") {
      if (value.total !== (value.count * (value.count - 1)) / 2)
        fail("readings were lost, doubled or swapped");
      if (value.count > device.counted + 1) fail(`there was no result behind ${device.counted}`);
      if (value.count > device.sent) fail(`only ${device.sent} were sent`);
      device.counted = Math.max(device.counted, value.count);
    } else if (kind === "later") {
      if (value.n >= device.sent) fail(`only ${device.sent} were sent`);
      device.later.add(value.n);
    } else {
      const before = device.windows.get(value.start);
      if (before !== undefined && before !== payload) fail(`it was ${before} before`);
      if (value.count !== value.list.length) fail("its readings are not as many as it says");
      device.windows.set(value.start, payload);
    }
  }

  /** Why it is not over yet; undefined when everything has arrived. @throws Error when a reading is in two windows */
  get missing(): string | undefined {
    for (const [name, { sent, counted, later, windows }] of this.#devices) {
      const inWindows = [...windows.values()].flatMap((text) => JSON.parse(text).list as number[]);
      if (new Set(inWindows).size < inWindows.length) throw new Error(`${name}: a reading is in two windows`);
      if (counted < sent) return `${name}: ${counted} of ${sent} are counted`;
      if (later.size < sent) return `${name}: ${later.size} of ${sent} came later`;
      if (inWindows.length < sent) return `${name}: ${inWindows.length} of ${sent} are in windows`;
    }
    return undefined;
  }

  #device(name: string): Device {
    let device = this.#devices.get(name);
    if (!device) {
      device = { sent: 0, counted: 0, later: new Set(), windows: new Map() };
      this.#devices.set(name, device);
    }
    return device;
  }
}
