import { describe, expect, it } from "vitest";
import type { FieldSchema } from "../../../editor/forms/fieldSchema.ts";
import { type FormRow, formLayout, zoneOf } from "../../../editor/forms/formLayout.ts";
import { ghostOf } from "../../../editor/forms/widgets/fieldProps.ts";
import { config, field } from "../../../runtime/core/schema.ts";

const schema = config({
  value: field.expression({ title: "Value" }),
  when: field.choice({ title: "Raise when", labels: { above: "above", below: "below" }, default: "above" }),
  level: field.number({ title: "Level", unit: "°C" }),
  hold: field.duration({ title: "For at least", default: "0 s" }),
  clear: field.optional(field.number({ title: "Clear below", visibleIf: { when: ["above"] } })),
  zone: field.zone({ advanced: true }),
  note: field.optional(field.text({ title: "Note", advanced: true })),
}) as FieldSchema;

function names(rows: readonly FormRow[]): string[][] {
  return rows.map((row) => row.map((each) => each.name));
}

describe("formLayout", () => {
  it("puts two short fields side by side, in the schema's order", () => {
    expect(names(formLayout(schema, {}).main)).toEqual([["value"], ["when", "level"], ["hold", "clear"]]);
  });

  it("hides a field whose sibling has another value, and counts an unset sibling as its default", () => {
    expect(names(formLayout(schema, { when: "below" }).main)).toEqual([
      ["value"],
      ["when", "level"],
      ["hold"],
    ]);
  });

  it("keeps advanced fields apart", () => {
    expect(names(formLayout(schema, {}).advanced)).toEqual([["zone"], ["note"]]);
  });

  it("gives a choice of long words the whole width", () => {
    const long = config({
      what: field.choice({ title: "When", labels: { a: "only when the button is pressed" } }),
      level: field.number({ title: "Level" }),
    }) as FieldSchema;
    expect(names(formLayout(long, {}).main)).toEqual([["what"], ["level"]]);
  });

  it("gives a number with a long unit the whole width", () => {
    const long = config({
      level: field.number({ title: "Level", unit: "°C" }),
      row: field.number({ title: "For", unit: "readings in a row" }),
    }) as FieldSchema;
    expect(names(formLayout(long, {}).main)).toEqual([["level"], ["row"]]);
  });

  it("knows which fields can be left unset", () => {
    const fields = formLayout(schema, {}).main.flat();
    expect(fields.find((each) => each.name === "level")?.required).toBe(true);
    expect(fields.find((each) => each.name === "clear")?.required).toBe(false);
  });
});

it("finds the time zone a form names", () => {
  expect(zoneOf(schema, {})).toBe("UTC");
  expect(zoneOf(schema, { zone: "Europe/Oslo" })).toBe("Europe/Oslo");
  expect(zoneOf(config({ a: field.text({ title: "A" }) }) as FieldSchema, {})).toBeUndefined();
});

it("shows in an empty field what is in force, else an example", () => {
  const { properties } = config({
    key: field.expression({ title: "Key", default: "key", placeholder: "payload.badge" }),
    note: field.text({ title: "Note", placeholder: "Lobby" }),
  });
  expect(ghostOf(properties.key as FieldSchema, undefined)).toBe("key");
  expect(ghostOf(properties.key as FieldSchema, "")).toBe("payload.badge");
  expect(ghostOf(properties.note as FieldSchema, undefined)).toBe("Lobby");
});
