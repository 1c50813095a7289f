import { describe, expect, it } from "vitest";
import enrich from "../../nodes/enrich.ts";
import { createHarness } from "../harness/operatorHarness.ts";

const table = ["device,room,limit", "hall,Lobby,26", "17,Office,"];

function outcome(config: object, payload: unknown, key = "hall") {
  const harness = createHarness(enrich, { table, ...config }, { errorPort: true });
  harness.send(payload, { key });
  return harness.outputs().map((each) => [each.port, each.payload]);
}

describe("enrich", () => {
  it("adds the columns beside the fields, and the table wins", () => {
    expect(outcome({}, { t: 21, room: "?" })).toEqual([["out", { t: 21, room: "Lobby", limit: 26 }]]);
  });

  it("adds them under a name", () => {
    expect(outcome({ as: "field", into: "of" }, { t: 21, room: "?" })).toEqual([
      ["out", { t: 21, room: "?", of: { room: "Lobby", limit: 26 } }],
    ]);
  });

  it.each([[21], [null], [[1, 2]], ["on"]])("makes a payload of %j an object first", (payload) => {
    expect(outcome({}, payload)).toEqual([["out", { value: payload, room: "Lobby", limit: 26 }]]);
  });

  it("finds a number by its text, and adds nothing of an empty cell", () => {
    expect(outcome({ key: "payload.id" }, { id: 17, limit: 30 })).toEqual([
      ["out", { id: 17, limit: 30, room: "Office" }],
    ]);
  });

  it.each(["pass", "drop", "port"])("lets what is not in the table go as it is told: %s", (unknown) => {
    for (const key of ["payload.id", "payload.nothing", "null"]) {
      const harness = createHarness(enrich, { table, key, unknown });
      harness.send({ id: "x" });
      const left = harness.outputs().map((each) => [each.port, each.payload]);
      const ports = { pass: [["out", { id: "x" }]], drop: [], port: [["unknown", { id: "x" }]] };
      expect(left).toEqual(ports[unknown as keyof typeof ports]);
      expect(harness.drops()).toEqual(unknown === "drop" ? { "not in the table": 1 } : {});
    }
  });

  it("does not find what objects have by themselves", () => {
    expect(outcome({ unknown: "port" }, 1, "constructor")).toEqual([["unknown", 1]]);
  });

  it("sends a key that is no text to the error port", () => {
    expect(outcome({ key: "payload" }, { a: 1 })).toMatchObject([["error", { code: "KEY_NOT_TEXT" }]]);
  });

  it("says before the deploy what is wrong with the table, and warns of one without rows", () => {
    const problems = (config: object) => enrich.check!({ table, ...config } as never);
    expect(problems({})).toEqual([]);
    expect(problems({ table: ["a,b", "x"] })).toEqual([
      { field: "/table", message: "Line 2: 1 cell, where the first line has 2." },
    ]);
    expect(problems({ table: ["a,b"] })).toMatchObject([{ severity: "warning" }]);
    expect(problems({ column: "nothing" })).toMatchObject([{ message: expect.stringContaining("nothing") }]);
    expect(() => createHarness(enrich, { table: ["a,b", "x"] })).toThrow("Line 2");
  });

  it("tells what it looks up on its card", () => {
    const summary = (config: object) => enrich.summary({ key: "key", ...config } as never);
    expect(summary({ table })).toBe("key in 2 rows: room, limit");
    expect(summary({ table: ["a"] })).toBe("no table yet");
  });
});
