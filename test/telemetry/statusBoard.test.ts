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
    unsettled: 0,
    journalPendingBytes: 0,
    drops: {},
    deadLetters: { f: 2 },
    dataPlane: "starting",
    problems: [],
    expressionLimits,
  });
  board.setState("running");
  board.setPlane({
    connections: [{ ...site, state: "connected" }],
    inputsPerSecond: 7,
    lag: 1,
    behind: {},
    unsettled: 0,
    journalPendingBytes: 0,
    drops: { late: 3 },
  });
  expect(board.report()).toMatchObject({
    connections: [{ state: "connected" }],
    inputsPerSecond: 7,
    lag: 1,
    behind: {},
    unsettled: 0,
    journalPendingBytes: 0,
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
    unsettled: 0,
    journalPendingBytes: 0,
    drops: { late: 3 },
  });
  board.setState("restarting");
  expect(board.report()).toMatchObject({
    connections: [{ state: "disconnected", error: "The data plane is restarting." }],
    inputsPerSecond: 0,
    lag: 0,
    behind: {},
    unsettled: 0,
    journalPendingBytes: 0,
    drops: { late: 3 },
  });
});

test("problems say what is wrong and what to do, and go when they are over", () => {
  const board = new StatusBoard(
    () => 5,
    () => ({}),
    expressionLimits,
  );
  const fine = {
    connections: [],
    inputsPerSecond: 0,
    lag: 0,
    unsettled: 0,
    journalPendingBytes: 0,
    behind: {},
    drops: {},
  };
  board.setState("running");
  board.setPlane({
    ...fine,
    journalProblem: "writing the journal: no room. Is the disk full?",
    checkpointProblem: "saving the checkpoint: no room",
  });
  board.setFlowFiles(["a.json is left out"]);
  expect(board.report().problems).toMatchObject([
    { about: "flows folder", text: "a.json is left out" },
    { about: "journal", text: "Writing the journal: no room. Is the disk full?" },
    { about: "checkpoint", text: "Saving the checkpoint: no room." },
  ]);
  board.setPlane(fine);
  board.setFlowFiles([]);
  expect(board.report().problems).toEqual([]);
  board.setState("restarting");
  expect(board.report().problems).toMatchObject([{ about: "data plane" }]);
});
