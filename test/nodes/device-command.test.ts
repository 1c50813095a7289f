import { beforeEach, describe, expect, it } from "vitest";
import deviceCommand from "../../nodes/device-command.ts";
import { createHarness, type Harness } from "../harness/operatorHarness.ts";

const start = 1_767_571_200_000;
const second = 1_000;

const config = {
  topic: "thermostats/{key}/set",
  stateTopic: "thermostats/{device}/state",
  confirmed: "payload.setpoint = wanted.setpoint",
};

describe("device command", () => {
  let harness: Harness;
  beforeEach(() => {
    harness = createHarness(deviceCommand, config, { startAt: start });
  });
  const want = (setpoint: number, key = "hall") => harness.send({ setpoint }, { port: "in", key });
  const report = (setpoint: number, device = "hall") =>
    harness.send({ setpoint }, { port: "state", params: { device } });
  /** Time passes as it does live, second by second. */
  const pass = (seconds: number) => {
    for (const until = harness.now + seconds * second; harness.now < until; )
      harness.advanceTo(harness.now + second);
  };
  const sent = () => harness.effects().map(({ payload }) => JSON.parse(payload).setpoint);
  const results = () => harness.outputs().map(({ port, payload }) => [port, payload]);

  it("publishes a command that is never retained and carries its deadline", () => {
    want(16);
    expect(harness.effects()).toEqual([
      {
        kind: "publish",
        connection: "default",
        topic: "thermostats/hall/set",
        payload: '{"setpoint":16}',
        encoding: "utf8",
        qos: 1,
        retain: false,
        expiresAt: start + 120 * second,
      },
    ]);
    expect(harness.status()).toEqual({ level: "warning", text: "1 unconfirmed" });
  });

  it("is confirmed by a report that satisfies the condition, after a restart too", () => {
    want(16);
    report(21);
    harness.restart();
    expect(results()).toEqual([]);
    report(16);
    expect(results()).toEqual([
      [
        "confirmed",
        {
          state: "confirmed",
          wanted: { setpoint: 16 },
          attempts: 1,
          alreadyTrue: false,
          report: { setpoint: 16 },
        },
      ],
    ]);
    expect(harness.status()).toBeUndefined();
    pass(300);
    expect(sent()).toEqual([16]);
    expect(results()).toEqual([]);
  });

  it("is not confirmed by the report of another device", () => {
    want(16);
    report(16, "roof");
    expect(results()).toEqual([]);
  });

  it("sends again, then gives up at the deadline, across restarts", () => {
    want(16);
    pass(15);
    harness.restart();
    pass(100);
    expect(sent()).toEqual([16, 16, 16, 16]);
    expect(results()).toEqual([]);
    harness.restart();
    pass(10);
    expect(results()).toEqual([
      ["failed", { state: "failed", reason: "expired", wanted: { setpoint: 16 }, attempts: 4, since: start }],
    ]);
    expect(harness.status()).toBeUndefined();
  });

  it("does not send late after downtime: it has failed at its deadline", () => {
    want(16);
    sent();
    harness.restart();
    harness.advanceTo(start + 3_600 * second);
    expect(sent()).toEqual([]);
    expect(harness.outputs().map(({ port, time }) => [port, time])).toEqual([
      ["failed", start + 120 * second],
    ]);
  });

  it("sends the one retry that is still in time after a short downtime", () => {
    want(16);
    harness.restart();
    harness.advanceTo(start + 35 * second);
    expect(sent()).toEqual([16, 16]);
  });

  it("lets a newer command take the place of one in flight", () => {
    want(16);
    want(21);
    report(16);
    expect(results()).toEqual([]);
    report(21);
    expect(results().map(([port]) => port)).toEqual(["confirmed"]);
    pass(300);
    expect(sent()).toEqual([16, 21]);
    expect(harness.drops()).toEqual({ superseded: 1 });
    expect(harness.status()).toBeUndefined();
  });

  it("does not send what is on its way already", () => {
    want(16);
    want(16);
    expect(sent()).toEqual([16]);
    expect(harness.drops()).toEqual({ "already on its way": 1 });
  });

  it("does not send what the device reports already", () => {
    report(16);
    want(16);
    expect(sent()).toEqual([]);
    expect(results()).toEqual([
      [
        "confirmed",
        {
          state: "confirmed",
          wanted: { setpoint: 16 },
          attempts: 0,
          alreadyTrue: true,
          report: { setpoint: 16 },
        },
      ],
    ]);
  });

  it("does not take a report from before the command for the present state", () => {
    harness = createHarness(deviceCommand, { ...config, retriesMax: 0 }, { startAt: start });
    report(21);
    want(16);
    pass(200);
    want(21);
    expect(sent()).toEqual([16, 21]);
  });

  it("does not take a report from before the last retry for the present state", () => {
    want(16);
    report(21);
    pass(200);
    want(21);
    expect(sent()).toEqual([16, 16, 16, 16, 21]);
  });

  it("sends what the device still reports while another command is on its way to change it", () => {
    want(16);
    report(21);
    want(21);
    expect(sent()).toEqual([16, 21]);
  });

  it("says so when the condition gives neither true nor false", () => {
    harness = createHarness(deviceCommand, { ...config, confirmed: "payload.setpoint" }, { startAt: start });
    want(16);
    report(16);
    expect(results()).toEqual([]);
    expect(harness.deadLetters()).toMatchObject([
      { code: "CONDITION_NOT_BOOLEAN", payload: { setpoint: 16 } },
    ]);
  });

  it("judges each device apart", () => {
    want(16, "hall");
    want(18, "roof");
    expect(harness.status()).toEqual({ level: "warning", text: "2 unconfirmed" });
    report(18, "roof");
    expect(harness.outputs().map(({ port, key }) => [port, key])).toEqual([["confirmed", "roof"]]);
    expect(harness.status()).toEqual({ level: "warning", text: "1 unconfirmed" });
  });

  it("refuses names that would lead elsewhere", () => {
    want(16, "hall/../roof");
    want(16, "#");
    expect(harness.effects()).toEqual([]);
    expect(harness.deadLetters().map((each) => each.code)).toEqual(["TOPIC_NOT_FILLED", "TOPIC_NOT_FILLED"]);
  });

  it.each([
    ["thermostats/{device}/set", "thermostats/{device}/state", []],
    ["thermostats/{device}/set", "thermostats/{device}", []],
    ["thermostats/{device}/set", "thermostats/{device}/set", ["/stateTopic"]],
    ["thermostats/{device}/set", "thermostats/+/+", ["/stateTopic"]],
    ["thermostats/{device}/set", "thermostats/#", ["/stateTopic"]],
    ["thermostats/{device}", "thermostats/{device}/#", ["/stateTopic"]],
    ["$SYS/{device}", "state/{device}", ["/topic"]],
  ])("of command topic %s and state topic %s refuses %j", (topic, stateTopic, fields) => {
    const problems = deviceCommand.check!({ ...config, topic, stateTopic } as never);
    expect(problems.map((each) => each.field)).toEqual(fields);
  });
});
