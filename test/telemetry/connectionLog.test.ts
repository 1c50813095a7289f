import { expect, test } from "vitest";
import type { ConnectionStatus } from "../../runtime/protocol/live.ts";
import { ConnectionLog } from "../../runtime/telemetry/connectionLog.ts";

test("a connection is told once when it comes up and once when it goes down", () => {
  const lines: string[] = [];
  const log = new ConnectionLog({
    info: (text) => lines.push(`info ${text}`),
    warn: (text) => lines.push(`warn ${text}`),
  });
  const site: ConnectionStatus = { name: "site", url: "mqtt://site", state: "connecting", embedded: false };
  log.update([site]);
  log.update([{ ...site, state: "disconnected", error: "refused; again in 1 s" }]);
  log.update([{ ...site, state: "connecting", error: "refused; again in 2 s" }]);
  log.update([{ ...site, state: "connected" }]);
  log.update([{ ...site, state: "connected" }]);
  log.update([]);
  log.update([{ ...site, state: "connected" }]);
  expect(lines).toEqual([
    'warn MQTT connection "site" (mqtt://site): refused; again in 1 s',
    'info MQTT connection "site" (mqtt://site): connected.',
    'info MQTT connection "site" (mqtt://site): connected.',
  ]);
});
