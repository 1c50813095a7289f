import { describe, expect, it } from "vitest";
import { mentionsField } from "../../../runtime/core/pattern/mentions.ts";

describe("whether an expression looks at a field", () => {
  it.each([
    "door.payload",
    "payload > door.payload",
    "$exists(door)",
    "door[0].payload = 1",
    "$$.door.payload",
    "$ . door.payload",
    "`door`.payload",
    '"door".payload = 1',
    "payload.door = 1 and door.time > 0",
    "(door)",
  ])("it does in %s", (source) => expect(mentionsField(source, "door")).toBe(true));

  it.each([
    "payload.door",
    "payload . door = true",
    'payload = "door"',
    "payload = 'door'",
    "doors.payload",
    "indoor",
    "$door",
    "payload.`door`",
    'payload."door".x',
  ])("it does not in %s", (source) => expect(mentionsField(source, "door")).toBe(false));

  it("knows names with spaces", () => {
    expect(mentionsField("payload = `door opens`.payload", "door opens")).toBe(true);
    expect(mentionsField('payload = "the door opens"', "door opens")).toBe(true);
    expect(mentionsField('payload = "door opens"', "door opens")).toBe(false);
  });
});
