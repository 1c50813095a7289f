import { expect, test } from "vitest";
import { createLog } from "../../runtime/telemetry/log.ts";

test("lines carry time, level and text", () => {
  const lines: string[] = [];
  const log = createLog(
    (line) => lines.push(line),
    () => new Date(2026, 10, 20, 9, 5, 3).getTime(),
  );
  log.info("started");
  log.warn("slow");
  log.error("failed", new Error("because"));
  expect(lines[0]).toBe("2026-11-20 09:05:03 info  started\n");
  expect(lines[1]).toBe("2026-11-20 09:05:03 warn  slow\n");
  expect(lines[2]).toMatch(/^2026-11-20 09:05:03 error failed: Error: because\n/);
});

test("a hidden secret and the credentials of a url never appear", () => {
  const lines: string[] = [];
  const log = createLog(
    (line) => lines.push(line),
    () => 0,
  );
  log.hide("hunter2");
  log.warn("cannot log in with hunter2 at mqtt://me:other@host:1883");
  expect(lines.join()).not.toMatch(/hunter2|other/);
  expect(lines.join()).toContain("mqtt://•••@host:1883");
});
