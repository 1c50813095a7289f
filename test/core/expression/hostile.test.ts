/** Inputs that are no JSON: what a careless host or a hostile sender could hand over. Nothing of theirs runs. */
import { describe, expect, it } from "vitest";
import { compileExpression, type Mode } from "../../../runtime/core/expression/compile.ts";
import { ExpressionError } from "../../../runtime/core/expression/expression.ts";
import { expressionLimits } from "../../../runtime/core/expression/limits.ts";
import { iotExpressions } from "./iotExpressions.ts";

const modes: readonly Mode[] = ["closures", "generated"];

/** A value or a stated error. Anything else that is thrown fails the test. */
function outcome(source: string, input: unknown, mode: Mode): { value?: unknown; code?: string } {
  try {
    return { value: compileExpression(source, expressionLimits, mode).evaluate(input, { now: 0 }) };
  } catch (error) {
    if (error instanceof ExpressionError) return { code: error.code };
    throw error;
  }
}

/** Every way of walking over an input. */
const walks: readonly string[] = [
  "payload",
  "payload.a",
  "payload.constructor",
  "payload.constructor.constructor('return 1')()",
  "payload.__proto__.polluted",
  "payload.toString()",
  "payload.*",
  "payload.**",
  "$keys(payload)",
  "$each(payload, function($v, $k){ $k })",
  "$sift(payload, function($v){ true })",
  "$spread(payload)",
  "$merge([payload, {'z': 1}])",
  "$string(payload)",
  "$clone(payload)",
  "$type(payload)",
  "$boolean(payload)",
  "payload = payload",
  "payload in [payload]",
  "$distinct([payload, payload])",
  "$count(payload)",
  "$append(payload, 1)",
  "$reverse([payload, 1])",
  "$lookup(payload, 'constructor')",
  "$lookup(payload, '__proto__')",
  "payload{a: $count($)}",
  "payload^(a)",
  "payload ~> |$|{'z': 1}|",
  "payload ~> |**|{'z': 1}, 'a'|",
  "payload@$p.{'p': $p.a}",
  "{'p': payload, 'q': [payload]}",
  "$map(payload, function($v){ $v })",
  "payload.(%.key)",
  "payload & ''",
  "payload > 1",
  "$sum(payload)",
  "payload()",
];

const polluted =
  '{"a": 1, "__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}';

class Reading {
  readonly a = 1;
  calls = 0;
  get temperature(): number {
    this.calls++;
    return 21;
  }
  toJSON(): string {
    this.calls++;
    return "json";
  }
  toString(): string {
    this.calls++;
    return "text";
  }
}

function cyclic(): unknown {
  const value: Record<string, unknown> = { a: 1 };
  value.self = value;
  value.list = [value, [value]];
  return value;
}

describe.each(modes)("as %s, walking over", (mode) => {
  it("a class instance calls nothing of it", () => {
    for (const source of walks) {
      const payload = new Reading();
      outcome(source, { payload, key: "k" }, mode);
      expect({ source, calls: payload.calls }).toEqual({ source, calls: 0 });
    }
    expect(outcome("payload.a", { payload: new Reading() }, mode)).toEqual({ value: 1 });
    expect(outcome("payload.temperature", { payload: new Reading() }, mode)).toEqual({ value: undefined });
  });

  it("keys that lead to prototypes pollutes nothing, and finds data alone", () => {
    for (const source of [...walks, ...iotExpressions]) {
      outcome(source, { payload: JSON.parse(polluted), key: "k" }, mode);
      outcome(source, { payload: [JSON.parse(polluted), JSON.parse(polluted)], key: "k" }, mode);
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(([] as { polluted?: boolean }).polluted).toBeUndefined();
    expect((() => 1).constructor.prototype.polluted).toBeUndefined();
    const input = { payload: JSON.parse(polluted) };
    for (const source of [
      "payload",
      "$merge([payload])",
      "$sift(payload, function(){ true })",
      "payload ~> |$|{'z': 1}|",
      "$clone(payload)",
      "$spread(payload)[1]",
      "payload{'__proto__': a}",
      "{'__proto__': payload.a}",
      "$each(payload, function($v, $k){ {$k: $v} })[1]",
    ]) {
      const { value } = outcome(source, input, mode);
      expect({ source, own: Object.hasOwn(value as object, "__proto__") }).toEqual({ source, own: true });
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    }
    expect(outcome("payload.__proto__.polluted", input, mode)).toEqual({ value: true });
    expect(outcome("payload.constructor.prototype.polluted", input, mode)).toEqual({ value: true });
    expect(outcome("$.x.constructor", { x: {} }, mode)).toEqual({ value: undefined });
  });

  it("a value that holds itself ends with a value or a stated error", () => {
    for (const source of walks) {
      const { code } = outcome(source, { payload: cyclic(), key: "k" }, mode);
      expect({ source, code: code ?? "none" }).toMatchObject({ code: expect.stringMatching(/^[A-Z]/i) });
    }
    expect(outcome("$string(payload)", { payload: cyclic() }, mode).code).toBe("EXPR_LIMIT");
    expect(outcome("payload", { payload: cyclic() }, mode).code).toBe("EXPR_LIMIT");
    expect(outcome("payload.self.self.a", { payload: cyclic() }, mode)).toEqual({ value: 1 });
  });

  it("symbols and functions finds no properties that JSON does not have", () => {
    const payload = { a: 1, [Symbol("hidden")]: { secret: 1 }, run: () => "ran" };
    for (const source of walks) outcome(source, { payload, key: "k" }, mode);
    expect(outcome("$keys(payload)", { payload }, mode)).toEqual({ value: ["a", "run"] });
    expect(outcome("payload.run()", { payload }, mode).code).toBe("T1006");
    expect(outcome("payload.run.constructor", { payload }, mode)).toEqual({ value: undefined });
    expect(outcome("payload.run.name", { payload }, mode)).toEqual({ value: undefined });
  });

  it("a proxy asks for no key that the expression does not name", () => {
    const asked = new Set<PropertyKey>();
    const target = { a: { b: 2 }, secret: 1 };
    const payload = new Proxy(target, {
      get(on, key, receiver) {
        asked.add(key);
        return Reflect.get(on, key, receiver);
      },
      set: () => {
        throw new Error("written to");
      },
      defineProperty: () => {
        throw new Error("written to");
      },
      deleteProperty: () => {
        throw new Error("deleted from");
      },
    });
    expect(outcome("payload.a.b", { payload }, mode)).toEqual({ value: 2 });
    expect([...asked].filter((key) => typeof key === "string")).toEqual(["a"]);
    for (const source of walks) outcome(source, { payload, key: "k" }, mode);
  });

  it("an input with getters of its own reads them as data, and what they throw is not swallowed", () => {
    const payload = {
      a: 1,
      get own(): number {
        return 5;
      },
      get broken(): number {
        throw new Error("broken sensor");
      },
    };
    expect(outcome("payload.own", { payload }, mode)).toEqual({ value: 5 });
    expect(() => outcome("payload.broken", { payload }, mode)).toThrow("broken sensor");
  });
});
