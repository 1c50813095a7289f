import { describe, expect, it } from "vitest";
import { readCron } from "../../../editor/forms/cronText.ts";
import { readDuration } from "../../../editor/forms/durationText.ts";
import { type FieldSchema, freshValue, widgetOf } from "../../../editor/forms/fieldSchema.ts";
import { jsonText, readJson } from "../../../editor/forms/jsonText.ts";
import { moved, replaced, without } from "../../../editor/forms/listEdits.ts";
import { numberFromText, numberProblem, textOfNumber } from "../../../editor/forms/numberText.ts";
import {
  childPointer,
  problemsAt,
  problemsElsewhere,
  problemsWithin,
} from "../../../editor/forms/pointer.ts";
import type { Diagnostic } from "../../../runtime/core/diagnostic.ts";
import type { Platform } from "../../../runtime/core/platform.ts";
import { field } from "../../../runtime/core/schema.ts";

describe("a number being typed", () => {
  it.each(["-", "2", "2.", "2,5", "+3", ".5", "1e", "1e3", "26 °C", " 7", "1.0", "abc"])(
    "never loses %j",
    (typed) => {
      expect(textOfNumber(numberFromText(typed), typed)).toBe(typed);
    },
  );

  it("is read with a point or a comma", () => {
    expect(numberFromText("22.5")).toBe(22.5);
    expect(numberFromText("22,5")).toBe(22.5);
    expect(numberFromText("−4")).toBe(-4);
    expect(numberFromText("")).toBeUndefined();
  });

  it("is text, with a reason, while it is no number", () => {
    expect(numberFromText("26 °C")).toBe("26 °C");
    expect(numberProblem("26 °C")).toContain("“26 °C” is not a number");
    expect(numberProblem(26)).toBeUndefined();
    expect(numberFromText("1e999")).toBe("1e999");
  });

  it("gives way to a value from elsewhere, as by undo", () => {
    expect(textOfNumber(25, "26")).toBe("25");
    expect(textOfNumber(undefined, "26")).toBe("");
    expect(textOfNumber(26, "26.0")).toBe("26.0");
  });
});

describe("a duration", () => {
  it("says how it was read when that is not plain", () => {
    expect(readDuration("90s")).toEqual({ understood: "1 min 30 s" });
    expect(readDuration("5m")).toEqual({ understood: "5 min" });
    expect(readDuration("5 min")).toEqual({});
    expect(readDuration("5min")).toEqual({});
  });

  it("says what to write when it cannot be read", () => {
    expect(readDuration("five").problem).toContain("5 min, 90 s or 1 h 30 min");
    expect(readDuration("")).toEqual({});
  });
});

describe("a schedule", () => {
  const platform: Platform = {
    decodeUtf8: () => undefined,
    zoneOffsetMs: (zone) => (zone === "Test/Plus1" ? 3_600_000 : 0),
  };
  const friday = Date.UTC(2026, 10, 20, 12);

  it("tells the next times in its own zone", () => {
    expect(readCron("0 7 * * MON-FRI", "Test/Plus1", friday, platform).next).toEqual([
      "Mon 23 Nov 07:00",
      "Tue 24 Nov 07:00",
      "Wed 25 Nov 07:00",
    ]);
  });

  it("says when it cannot be read, and when it never happens", () => {
    expect(readCron("7 o'clock", "UTC", friday, platform).problem).toContain("Five fields");
    expect(readCron("0 0 30 2 *", "UTC", friday, platform).problem).toContain("never happens");
  });
});

describe("a JSON value", () => {
  it("is read, or the line of the mistake is named", () => {
    expect(readJson('{ "a": 1 }')).toEqual({ value: { a: 1 } });
    const problemIn = (text: string) => (readJson(text) as { readonly problem?: string }).problem;
    expect(problemIn("[1e999]")).toMatch(/^A number lies beyond/);
    expect(problemIn('{\n  "a": oops\n}')).toContain("“oops” in line 2");
    expect(problemIn("[1, 2,]")).toContain("“]”");
    expect(problemIn("{ a: 1 }")).toContain("“a”");
    expect(problemIn('{ "a" 1 }')).toContain("“1”");
    expect(problemIn("1 2")).toContain("“2”");
    expect(problemIn("01")).toContain("“01”");
    expect(problemIn("[1, 2")).toContain("ends too early");
    expect(problemIn('{ "a": ')).toContain("ends too early");
  });

  it("is shown so that it reads back the same", () => {
    for (const value of [null, 0, "x", [1], { a: { b: [] } }])
      expect(readJson(jsonText(value))).toEqual({ value });
    expect(jsonText(undefined)).toBe("");
  });
});

describe("lists", () => {
  it("move, lose and replace items without touching the old list", () => {
    const items = ["a", "b", "c"];
    expect(moved(items, 0, 2)).toEqual(["b", "c", "a"]);
    expect(moved(items, 2, 0)).toEqual(["c", "a", "b"]);
    expect(moved(items, 0, 3)).toEqual(items);
    expect(without(items, 1)).toEqual(["a", "c"]);
    expect(replaced(items, 1, "x")).toEqual(["a", "x", "c"]);
    expect(items).toEqual(["a", "b", "c"]);
  });
});

describe("problems", () => {
  const at = (pointer?: string): Diagnostic => ({
    severity: "error",
    code: "X",
    message: String(pointer),
    ...(pointer === undefined ? {} : { field: pointer }),
  });
  const problems = [at("/rules"), at("/rules/0/when"), at("/rulesMax"), at("/gone"), at()];

  it("stand at their own field, not at one whose name begins alike", () => {
    expect(problemsAt(problems, "/rules")).toEqual([at("/rules")]);
    expect(problemsWithin(problems, "/rules")).toEqual([at("/rules"), at("/rules/0/when")]);
    expect(problemsWithin(problems, "/rules/0/when")).toEqual([at("/rules/0/when")]);
  });

  it("of no shown field are not lost", () => {
    expect(problemsElsewhere(problems, "", ["rules", "rulesMax"])).toEqual([at("/gone"), at()]);
  });

  it("of a group's own, or of a field it does not show, stay with the group", () => {
    const inside = [at("/group"), at("/group/shown"), at("/group/gone"), at("/other")];
    expect(problemsElsewhere(inside, "/group", ["shown"])).toEqual([at("/group"), at("/group/gone")]);
  });

  it("find fields with slashes in their names", () => {
    expect(childPointer("/a", "b/c~d")).toBe("/a/b~1c~0d");
  });
});

describe("a field of a schema", () => {
  it("without hints gets the widget of its type", () => {
    expect(widgetOf({ type: "integer" })).toBe("number");
    expect(widgetOf({ enum: ["a"] })).toBe("choice");
    expect(widgetOf({})).toBe("json");
  });

  it("starts with its default, and a group with those of its fields", () => {
    const rule = field.group(
      {
        when: field.expression({ title: "When" }),
        level: field.optional(field.number({ title: "Level", default: 3 })),
        note: field.optional(field.text({ title: "Note" })),
      },
      { title: "Rule" },
    );
    expect(freshValue(rule as FieldSchema)).toEqual({ when: "", level: 3 });
    expect(freshValue(field.list(rule, { title: "Rules", minItems: 1 }) as FieldSchema)).toEqual([
      { when: "", level: 3 },
    ]);
  });
});
