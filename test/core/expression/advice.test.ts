import { describe, expect, it } from "vitest";
import { adviseOn } from "../../../runtime/core/expression/advice.ts";
import { compileExpression } from "../../../runtime/core/expression/compile.ts";
import { expressionLimits } from "../../../runtime/core/expression/limits.ts";
import { iotExpressions } from "./iotExpressions.ts";

const message = {
  topic: "t",
  key: "a1",
  time: 5,
  params: {},
  payload: {
    temperature: "21.5",
    level: 7,
    mode: "off",
    on: true,
    flag: "false",
    name: "desk",
    one: [{ value: 4 }],
    samples: [
      { sensor: "a", value: 1 },
      { sensor: "b", value: 2 },
    ],
    texts: ["1", "2"],
    codes: [1, 2],
  },
};

const adviceOf = (source: string) => adviseOn(source, message, { now: 0 }, expressionLimits);
const textsOf = (source: string) => adviceOf(source).map((each) => each.message);

describe("advice from a sample", () => {
  it.each([
    [
      "payload.temperature + 1",
      /payload.temperature is the text “21.5”.*Write \$number\(payload.temperature\)/,
    ],
    ["payload.name * 2", /payload.name is the text “desk” here, and \* works on numbers\.$/],
    ["payload.samples + 1", /a list of 2/],
    ["payload.temperature > 20", /cannot be compared.*\$number\(payload.temperature\)/],
    ['payload.level > "5"', /“5” is the text.*Write 5 without the quotes/],
    ['payload.level = "7"', /never equal.*Write 7 without the quotes/],
    ["payload.temperature = 21.5", /never equal.*\$number/],
    ['payload.on = "true"', /never equal.*Write true without the quotes/],
    ["payload.level != payload.name", /always different/],
    ["payload.codes = 1", /never equal\. Write 1 in payload.codes/],
    ["payload.mode ? 1 : 2", /The text “off” counts as true.*payload.mode = “off”/],
    ["payload.flag and payload.on", /“false” counts as true/],
    ["$sum(payload.samples)", /has an object.*\$sum\(payload.samples.value\)/],
    ["$average(payload.texts)", /\$average\(\$map\(payload.texts, \$number\)\)/],
    ["$max(payload.name)", /\$max takes numbers, and payload.name has the text “desk”\.$/],
    ["payload.temprature", /no temprature.*Did you mean temperature\?/],
    ["payload.samples.vlaue", /Did you mean value\?/],
    ["level > 3", /Did you mean payload.level\?/],
    ["payload.one.value", /one has one item.*Write one\[\]/],
    ['{"values": payload.one.value}', /Write one\[\]/],
    ["payload.samples.value[0]", /picks from the value of each item.*parentheses/],
    ["payload.samples[temperature > 1]", /^$/],
  ])("of %s is %s", (source, expected) => {
    expect(textsOf(source).join("\n")).toMatch(expected);
  });

  it.each([
    "payload.level + 1",
    "payload.level > 5 and payload.on",
    "payload.level = 7",
    "payload.missing ?? 0",
    "$exists(payload.temprature)",
    "payload.one[].value",
    "payload.one[0].value",
    "payload.samples.value",
    "$sum(payload.samples.value)",
    "(payload.samples.value)[0]",
    "payload.samples[0].value",
    "1 in payload.codes",
    "payload.nothing = null",
    "$number(payload.temperature) + 1",
  ])("is none for %s", (source) => {
    expect(textsOf(source)).toEqual([]);
  });

  it("stands where the mistake does", () => {
    expect(adviceOf("1 + payload.temprature")[0]?.position).toBe(22);
    expect(adviceOf("payload.temperature + 1")[0]?.position).toBe(19);
  });

  it("looks at data without changing what an expression gives", () => {
    for (const source of iotExpressions) {
      const outcome = (run: () => unknown) => {
        try {
          return JSON.stringify(run());
        } catch (error) {
          return (error as { code: string }).code;
        }
      };
      adviceOf(source);
      const probed = outcome(() => compileExpression(source).evaluate(message, { now: 0 }));
      expect(probed).toBe(
        outcome(() => compileExpression(source).evaluate(structuredClone(message), { now: 0 })),
      );
    }
  });
});
