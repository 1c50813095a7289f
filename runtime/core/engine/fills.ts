/** Warns on the card before something that has a limit is full. Telemetry: nothing a flow does depends on it. */
import { limits } from "../limits.ts";
import type { NodeStatus } from "../nodeType.ts";

export class Fills {
  private readonly noted = new Map<string, { share: number; at: number }>();

  /** @param share how full, 0 to 1 */
  note(name: string, share: number, at: number): void {
    const known = this.noted.get(name);
    if (known && known.share > share && at - known.at < limits.warningMs) return;
    this.noted.set(name, { share, at });
  }

  /** The fullest of what was noted in the last while, such as “86 % full: keys”. */
  status(now: number): NodeStatus | undefined {
    let fullest: { name: string; share: number } | undefined;
    for (const [name, { share, at }] of this.noted) {
      if (now - at >= limits.warningMs) this.noted.delete(name);
      else if (!fullest || share > fullest.share) fullest = { name, share };
    }
    if (!fullest) return undefined;
    const { name, share } = fullest;
    return { level: "warning", text: `${Math.floor(share * 100)} % full: ${name}` };
  }
}

/** Of two, the one that matters more; of equal ones the first. */
export function graver(a: NodeStatus | undefined, b: NodeStatus | undefined): NodeStatus | undefined {
  if (!a || !b) return a ?? b;
  return gravity[b.level] > gravity[a.level] ? b : a;
}

const gravity = { ok: 0, warning: 1, error: 2 } as const;
