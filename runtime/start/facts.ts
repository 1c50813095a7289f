/** What /metrics tells, gathered when somebody asks. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { version } from "../../package.json";
import { journalFacts } from "../journal/facts.ts";
import { PlaneError } from "../plane/messages.ts";
import type { Facts } from "../telemetry/metrics.ts";
import type { Control } from "./control.ts";

/** @param journalFolder of the data folder */
export function createFacts(
  control: Control,
  journalFolder: string,
  now: () => number,
): () => Promise<Facts> {
  const loopDelay = monitorEventLoopDelay();
  loopDelay.enable();
  const startedAtMs = now() - process.uptime() * 1000;
  return async () => {
    const { bytes, oldestMs } = journalFacts(journalFolder);
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const loopDelayMsP99 = loopDelay.percentile(99) / 1e6;
    loopDelay.reset();
    return {
      version,
      status: control.board.report(),
      flows: control.flows.list(),
      plane: await control.plane.measure().catch(unknownWhileDown),
      journal: { bytes, oldestAgeMs: oldestMs === undefined ? undefined : Math.max(0, now() - oldestMs) },
      process: {
        residentBytes: rss,
        heapBytes: heapUsed,
        cpuMs: (user + system) / 1000,
        startedAtMs,
        loopDelayMsP99,
      },
    };
  };
}

function unknownWhileDown(error: unknown): undefined {
  if (!(error instanceof PlaneError)) throw error;
  return undefined;
}
