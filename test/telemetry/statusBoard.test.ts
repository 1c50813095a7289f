import { expect, test } from "vitest";
import { expressionLimits } from "../../runtime/core/expression/limits.ts";
import { StatusBoard } from "../../runtime/telemetry/statusBoard.ts";

const site = { name: "site", url: "mqtt://site", embedded: false };

test("a configured connection is connecting until the data plane reports on it", () => {
  const board = new StatusBoard(
    () => 5,
    () => ({ f: 2 }),
    expressionLimits,
  );
  board.setConnections([site]);
  expect(board.report()).toEqual({
    at: 5,
    connections: [{ ...site, state: "connecting" }],
    inputsPerSecond: 0,
    lag: 0,
    behind: {},
    drops: {},
    deadLetters: { f: 2 },
    dataPlane: "starting",
    expressionLimits,
  });
  board.setState("running");
  board.setPlane({
    connections: [{ ...site, state: "connected" }],
    inputsPerSecond: 7,
    lag: 1,
    behind: {},
    drops: { late: 3 },
  });
  expect(board.report()).toMatchObject({
    connections: [{ state: "connected" }],
    inputsPerSecond: 7,
    lag: 1,
    behind: {},
    drops: { late: 3 },
    dataPlane: "running",
  });
});

test("while the data plane is down nothing is shown as connected or flowing", () => {
  const board = new StatusBoard(
    () => 5,
    () => ({}),
    expressionLimits,
  );
  board.setState("running");
  board.setPlane({
    connections: [{ ...site, state: "connected" }],
    inputsPerSecond: 7,
    lag: 1,
    behind: {},
    drops: { late: 3 },
  });
  board.setState("restarting");
  expect(board.report()).toMatchObject({
    connections: [{ state: "disconnected", error: "The data plane is restarting." }],
    inputsPerSecond: 0,
    lag: 0,
    behind: {},
    drops: { late: 3 },
  });
});
