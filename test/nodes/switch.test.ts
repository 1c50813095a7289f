import { describe, expect, it } from "vitest";
import switchNode from "../../nodes/switch.ts";
import { outputsOf } from "../../runtime/core/api.ts";
import { createHarness } from "../harness/operatorHarness.ts";

/** The ports a payload leaves by, or the code of its dead letter. */
function route(rule: object, payload: unknown): string {
  const harness = createHarness(switchNode, { rules: [rule] });
  harness.send(payload);
  return harness.outputs()[0]?.port ?? harness.deadLetters()[0]!.code;
}

describe("switch", () => {
  it.each([
    [{ test: "=", operand: 1 }, 1, "rule1"],
    [{ test: "=", operand: 1 }, "1", "else"],
    [{ test: "=", operand: { a: [1, { b: 2 }], c: 3 } }, { c: 3, a: [1, { b: 2 }] }, "rule1"],
    [{ test: "=", operand: [1, 2] }, [2, 1], "else"],
    [{ test: "!=", operand: "on" }, "off", "rule1"],
    [{ test: "!=", operand: "on" }, null, "rule1"],
    [{ test: "<", operand: 5 }, 5, "else"],
    [{ test: "<=", operand: 5 }, 5, "rule1"],
    [{ test: ">", operand: 5 }, 6, "rule1"],
    [{ test: ">=", operand: 5 }, 4, "else"],
    [{ test: "<", operand: "b" }, "a", "rule1"],
    [{ test: "<", operand: 5 }, null, "else"],
    [{ test: ">=", operand: 5 }, null, "else"],
    [{ test: "<", operand: 5 }, "4", "VALUES_NOT_COMPARABLE"],
    [{ test: "between", low: 1, high: 3 }, 3, "rule1"],
    [{ test: "between", low: 1, high: 3 }, 3.1, "else"],
    [{ test: "between", low: 1, high: 3 }, null, "else"],
    [{ test: "between", low: 1, high: 3 }, true, "VALUES_NOT_COMPARABLE"],
    [{ test: "contains", text: "fire" }, "no fire here", "rule1"],
    [{ test: "contains", text: "2" }, [1, 2], "rule1"],
    [{ test: "contains", text: "2" }, 12, "else"],
    [{ test: "true" }, true, "rule1"],
    [{ test: "true" }, 1, "else"],
    [{ test: "empty" }, [], "rule1"],
    [{ test: "empty" }, null, "rule1"],
    [{ test: "empty" }, 0, "else"],
    [{ test: "expression", condition: "payload > 3" }, 4, "rule1"],
    [{ test: "expression", condition: "payload" }, 4, "VALUES_NOT_COMPARABLE"],
  ])("%j on %j goes to %s", (rule, payload, port) => {
    expect(route(rule, payload)).toBe(port);
  });

  it("sends nothing at all when one of several rules cannot compare", () => {
    const rules = [
      { test: "!=", operand: 1 },
      { test: "<", operand: 5 },
    ];
    const harness = createHarness(switchNode, { rules, mode: "all" });
    harness.send("text");
    expect(harness.outputs()).toEqual([]);
    expect(harness.deadLetters()).toHaveLength(1);
  });

  it("takes the first rule that fits, unless it is told to take all", () => {
    const rules = [
      { test: ">", operand: 1 },
      { test: ">", operand: 2 },
    ];
    const first = createHarness(switchNode, { rules });
    first.send(3);
    expect(first.outputs().map((each) => each.port)).toEqual(["rule1"]);
    const all = createHarness(switchNode, { rules, mode: "all" });
    all.send(3);
    expect(all.outputs().map((each) => each.port)).toEqual(["rule1", "rule2"]);
  });

  it("titles a port by its label, else by its rule", () => {
    const rules = [
      { test: "<", operand: 18, label: "cold" },
      { test: "between", low: 18, high: 26 },
      { test: "empty" },
    ];
    const ports = outputsOf(switchNode, { rules }, false);
    expect(ports.map((each) => each.title)).toEqual(["cold", "18 to 26", "is empty", "else"]);
  });

  it.each([
    [{ test: "=" }, "/rules/0/operand"],
    [{ test: "between", low: 5, high: 1 }, "/rules/0/high"],
    [{ test: "contains", text: "" }, "/rules/0/text"],
    [{ test: "expression" }, "/rules/0/condition"],
  ])("refuses %j at its field", (rule, field) => {
    expect(switchNode.check!({ rules: [rule] } as never).map((each) => each.field)).toEqual([field]);
  });
});
