/** What every node type promises, checked for all of them alike. */
import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeTypes } from "../../nodes/index.ts";
import { categories, hintsOf, inputsOf, outputsOf } from "../../runtime/core/api.ts";
import type { ExpectedMessage } from "../../runtime/core/nodeType.ts";
import { configProblems, fillDefaults } from "../../runtime/core/plan/config.ts";
import { testPlatform } from "../harness/platform.ts";
import { type ExampleOutcome, offsetMs, runExample } from "./runExample.ts";

interface Schema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

describe("the list of node types", () => {
  it("names each type once, in kebab case", () => {
    const names = nodeTypes.map((each) => each.type);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it("holds every file of the folder", () => {
    const files = readdirSync(new URL("../../nodes/", import.meta.url)).filter((name) => name !== "index.ts");
    expect(nodeTypes.map((each) => `${each.type}.ts`).sort()).toEqual(files.sort());
  });

  it("is in palette order: by category, without going back", () => {
    const order = Object.keys(categories);
    const positions = nodeTypes.map((each) => order.indexOf(each.category));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  });

  it("gives each type its own title and icon", () => {
    expect(new Set(nodeTypes.map((each) => each.title)).size).toBe(nodeTypes.length);
    expect(new Set(nodeTypes.map((each) => each.icon)).size).toBe(nodeTypes.length);
  });
});

describe.each(nodeTypes.map((type) => ({ name: type.type, type })))("$name", ({ type }) => {
  const schema = type.config as Schema;

  it("has words, docs and an icon", () => {
    expect(type.title).toMatch(/^[A-Z][^.!]*$/);
    expect(type.purpose.length).toBeLessThanOrEqual(32);
    expect(type.docs.trim().length).toBeGreaterThan(100);
    expect(type.icon).toMatch(/^M[\d\sMmLlHhVvCcSsAaZz.,-]+$/);
    if (type.type !== "comment") expect(type.examples.length).toBeGreaterThanOrEqual(2);
  });

  it("labels every field, and labels every choice", () => {
    for (const field of fieldsOf(schema)) {
      expect(field.title, JSON.stringify(field)).toMatch(/^\S/);
      expect(hintsOf(field), field.title).toBeDefined();
      if (field.enum) expect(Object.keys(hintsOf(field)?.labels ?? {})).toEqual(field.enum);
      if (field.description) expect(field.description, field.title).toMatch(/[.]$/);
    }
  });

  it("has defaults that its own check accepts, field by field", () => {
    const complete = fillDefaults(schema, {});
    const filled = new Set(Object.keys(complete).map((name) => `/${name}`));
    const problems = configProblems(schema, complete, testPlatform).filter(({ field }) => filled.has(field));
    // A list that starts empty asks for its first entry: that is the only default a person must complete.
    expect(problems.filter(({ message }) => !message.includes("add at least"))).toEqual([]);
  });

  it("never fails to summarise, check or list ports of a half-filled config", () => {
    fc.assert(
      fc.property(halfFilled(schema), (partial) => {
        const config = partial as never;
        expect(typeof type.summary(config)).toBe("string");
        expect(type.summary(config)).not.toMatch(/undefined|NaN|\[object/);
        for (const ports of [inputsOf(type, config), outputsOf(type, config, true)]) {
          expect(new Set(ports.map((port) => port.name)).size).toBe(ports.length);
        }
        for (const { field, message } of type.check?.(config) ?? []) {
          expect(field).toMatch(/^\//);
          expect(message).not.toMatch(/undefined|NaN/);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("lists ports of a config whose values are of any kind", () => {
    const names = Object.keys(schema.properties ?? {});
    const anything = fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue()));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("x", ...names), anything), (config) => {
        for (const ports of [inputsOf(type, config), outputsOf(type, config, true)]) {
          for (const port of ports) expect(typeof port.name).toBe("string");
        }
      }),
      { numRuns: 100 },
    );
  });

  it("names ports once and says what they are", () => {
    for (const example of type.examples) {
      const config = fillDefaults(schema, example.config);
      const inputs = inputsOf(type, config);
      const ports = [...inputs, ...outputsOf(type, config, true)];
      for (const port of ports) {
        expect(port.name).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(port.title.length).toBeGreaterThan(0);
      }
      expect(new Set(inputs.map((port) => port.name)).size).toBe(inputs.length);
    }
  });

  it.each(type.examples.map((example) => ({ title: example.title, example })))(
    "does as it says: $title",
    ({ example }) => {
      const outcome = runExample(type, example);
      expect(outcome.deadLetters).toEqual([]);
      expectOutcome(outcome, example.expect);
    },
  );

  it.each(type.examples.map((example) => ({ title: example.title, example })))(
    "comes to the same after a restart anywhere: $title",
    ({ example }) => {
      const uninterrupted = runExample(type, example);
      for (let restartAt = 0; restartAt <= example.given.length; restartAt++) {
        expect(runExample(type, example, restartAt), `restart before message ${restartAt}`).toEqual(
          uninterrupted,
        );
      }
    },
  );
});

/** Fields of a payload that an example does not mention are free, so that it can leave out absolute times. */
function expectOutcome(outcome: ExampleOutcome, expected: readonly ExpectedMessage[]): void {
  const messages = expected.filter((each) => each.port !== "publish");
  expect(outcome.outputs.map((each) => each.port)).toEqual(messages.map((each) => each.port));
  for (const [index, { at, key, payload }] of messages.entries()) {
    expect(outcome.outputs[index]).toMatchObject({
      ...(at === undefined ? {} : { at: offsetMs(at) }),
      ...(key === undefined ? {} : { key }),
      ...(payload === undefined ? {} : { payload }),
    });
  }
  const publications = expected.filter((each) => each.port === "publish");
  expect(outcome.published).toHaveLength(publications.length);
  for (const [index, { topic, payload }] of publications.entries()) {
    const sent = outcome.published[index]!;
    expect(sent.topic).toBe(topic);
    if (typeof payload === "string") expect([payload, JSON.stringify(payload)]).toContain(sent.payload);
    else expect(JSON.parse(sent.payload)).toEqual(payload);
  }
}

function fieldsOf(schema: Schema): Schema[] {
  const inner = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.items?.properties ? [schema.items] : []),
  ];
  return inner.flatMap((each) => [each, ...fieldsOf(each)]);
}

/** Values of the right type, any of them missing, as a form gives while somebody types. */
function halfFilled(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case "object": {
      const fields = Object.entries(schema.properties ?? {}).map(
        ([name, field]) => [name, halfFilled(field)] as const,
      );
      return fc.record(Object.fromEntries(fields), { requiredKeys: [] });
    }
    case "array":
      return fc.array(halfFilled(schema.items ?? {}), { maxLength: 3 });
    case "string":
      return fc.constantFrom(
        "",
        "5 min",
        "payload.x",
        "sensors/{device}/state",
        "* * * * *",
        "$",
        "nonsense {",
      );
    case "number":
    case "integer":
      return fc.integer({ min: -5, max: 50 });
    case "boolean":
      return fc.boolean();
    default:
      return fc.constantFrom(null, 1, "on", { a: 1 });
  }
}
