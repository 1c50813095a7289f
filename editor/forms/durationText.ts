import { formatDuration, parseDuration } from "../../runtime/core/time/duration.ts";

export interface DurationReading {
  /** What was understood, when it is not plainly what was written. */
  readonly understood?: string;
  readonly problem?: string;
}

/** How a length of time was read, for a line below the input. */
export function readDuration(text: string): DurationReading {
  if (text.trim() === "") return {};
  const ms = parseDuration(text);
  if (ms === undefined) {
    return { problem: `“${text.trim()}” is not a length of time. Write it like 5 min, 90 s or 1 h 30 min.` };
  }
  const understood = formatDuration(ms);
  return squeezed(understood) === squeezed(text) ? {} : { understood };
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, "");
}
