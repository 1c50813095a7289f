import { describe, expect, it } from "vitest";
import { matchesFilter } from "../../../editor/panels/debugFilter.ts";
import { perText } from "../../../editor/panels/perText.ts";

describe("the debug filter", () => {
  const line = {
    number: 1,
    node: "n1",
    topic: "sensors/room-2",
    key: "room-2",
    time: 0,
    at: 0,
    params: {},
    id: "1",
    payload: { state: "Open" },
  };

  it("finds every word in title, key, topic or payload, whatever its capitals", () => {
    expect(matchesFilter(line, "Too warm", "WARM open")).toBe(true);
    expect(matchesFilter(line, "Too warm", "sensors room-2")).toBe(true);
    expect(matchesFilter(line, "Too warm", "open closed")).toBe(false);
    expect(matchesFilter(line, "Too warm", "  ")).toBe(true);
  });

  it("does not stumble over a payload that was too large to come", () => {
    const { payload: _, ...rest } = line;
    expect(matchesFilter({ ...rest, payloadBytes: 1e6 }, "Too warm", "warm")).toBe(true);
  });
});

describe("whose state a node keeps apart", () => {
  it.each([
    [{}, "per device"],
    [{ per: "key" }, "per device"],
    [{ per: "all" }, "all together"],
    [{ per: "value", perValue: "params.room" }, "per room"],
    [{ per: "value", perValue: "payload.a & key" }, "per payload.a & key"],
    [{ per: "value" }, "per value"],
  ])("%j is %s", (config, text) => expect(perText(config)).toBe(text));
});
