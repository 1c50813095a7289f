import { describe, expect, it } from "vitest";
import change from "../../nodes/change.ts";
import { createHarness } from "../harness/operatorHarness.ts";

function run(steps: readonly object[], payload: unknown) {
  const harness = createHarness(change, { steps });
  harness.send(payload, { key: "k", topic: "a/b", params: { room: "lobby" } });
  const [output] = harness.outputs("out");
  return { payload: output?.payload, message: output?.message, deadLetters: harness.deadLetters() };
}

describe("change", () => {
  it.each([
    ["set", [{ do: "set", field: "payload.unit", value: "°C" }], { t: 1 }, { t: 1, unit: "°C" }],
    ["set the whole payload", [{ do: "set", field: "payload", value: 5 }], { t: 1 }, 5],
    ["set null", [{ do: "set", field: "payload.t", value: null }], { t: 1 }, { t: null }],
    ["make objects on the way", [{ do: "set", field: "payload.a.b", value: 1 }], {}, { a: { b: 1 } }],
    [
      "change an item",
      [{ do: "set", field: "payload.zones[1].t", value: 9 }],
      { zones: [{ t: 1 }, { t: 2 }] },
      { zones: [{ t: 1 }, { t: 9 }] },
    ],
    [
      "append an item",
      [{ do: "set", field: "payload.zones[1]", value: 9 }],
      { zones: [1] },
      { zones: [1, 9] },
    ],
    ["copy", [{ do: "copy", from: "payload.t", field: "payload.u" }], { t: 1 }, { t: 1, u: 1 }],
    [
      "copy a named level",
      [{ do: "copy", from: "params.room", field: "payload.room" }],
      {},
      { room: "lobby" },
    ],
    ["move", [{ do: "move", from: "payload.a.t", field: "payload.t" }], { a: { t: 1 } }, { a: {}, t: 1 }],
    [
      "move up over itself",
      [{ do: "move", from: "payload.data", field: "payload" }],
      { data: { t: 1 } },
      { t: 1 },
    ],
    ["move nothing", [{ do: "move", from: "payload.x", field: "payload.t" }], { t: 1 }, { t: 1 }],
    ["delete", [{ do: "delete", field: "payload.t" }], { t: 1, u: 2 }, { u: 2 }],
    ["delete an item", [{ do: "delete", field: "payload.l[0]" }], { l: [1, 2] }, { l: [2] }],
    ["delete nothing", [{ do: "delete", field: "payload.x.y" }], { t: 1 }, { t: 1 }],
  ])("can %s", (_what, steps, before, after) => {
    expect(run(steps, before).payload).toEqual(after);
  });

  it("sets key and topic to text", () => {
    const { message } = run(
      [
        { do: "copy", from: "params.room", field: "key" },
        { do: "copy", from: "payload.id", field: "topic" },
      ],
      { id: 7 },
    );
    expect(message).toMatchObject({ key: "lobby", topic: "7", payload: { id: 7 } });
  });

  it("leaves the message that came in as it was, for the other wires it is on", () => {
    const harness = createHarness(change, { steps: [{ do: "set", field: "payload.a.b", value: 2 }] });
    const payload = Object.freeze({ a: Object.freeze({ b: 1 }) });
    harness.send(payload);
    expect(harness.outputs("out")[0]!.payload).toEqual({ a: { b: 2 } });
    expect(payload).toEqual({ a: { b: 1 } });
  });

  it("keeps names of the language's own as plain data", () => {
    const { payload } = run([{ do: "set", field: "payload.__proto__.polluted", value: true }], {});
    expect(Object.hasOwn(payload as object, "__proto__")).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each([
    ["into a number", [{ do: "set", field: "payload.t", value: 1 }], 5],
    ["into null", [{ do: "set", field: "payload.t.u", value: 1 }], { t: null }],
    ["beyond the end of a list", [{ do: "set", field: "payload.l[3]", value: 1 }], { l: [] }],
    ["an object into the key", [{ do: "copy", from: "payload", field: "key" }], {}],
  ])("refuses to write %s", (_what, steps, payload) => {
    const { message, deadLetters } = run(steps, payload);
    expect(message).toBeUndefined();
    expect(deadLetters).toMatchObject([{ code: "FIELD_NOT_WRITABLE", payload }]);
  });

  it.each([
    [{ do: "set", field: "time", value: 1 }, "/steps/0/field"],
    [{ do: "set", field: "payload..t", value: 1 }, "/steps/0/field"],
    [{ do: "set", field: "key.a", value: 1 }, "/steps/0/field"],
    [{ do: "set", field: "payload.t" }, "/steps/0/value"],
    [{ do: "delete", field: "key" }, "/steps/0/field"],
    [{ do: "copy", field: "payload.t" }, "/steps/0/from"],
    [{ do: "move", from: "params.room", field: "payload.t" }, "/steps/0/from"],
  ])("refuses %j at its field", (step, field) => {
    expect(change.check!({ steps: [step] } as never).map((each) => each.field)).toEqual([field]);
  });
});
