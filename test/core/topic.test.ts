import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  fillTopic,
  isPublishableTopic,
  topicFilter,
  topicProblem,
} from "../../runtime/core/topic/template.ts";
import { TopicTrie } from "../../runtime/core/topic/trie.ts";

const anywhere = { levels: true, wildcards: true };

describe("topic template", () => {
  it.each(["a", "sensors/{device}/telemetry", "+/x/#", "#", "a//b", "/a", "$SYS/broker"])(
    "accepts %s",
    (text) => {
      expect(topicProblem(text, anywhere)).toBeUndefined();
    },
  );

  it.each(["", "a/#/b", "a+/b", "{device", "a/{de vice}", "{x}/{x}", "a\0b", "{1}"])("refuses %j", (text) => {
    expect(topicProblem(text, anywhere)).toBeTypeOf("string");
  });

  it("refuses named levels and wildcards where they do not work", () => {
    expect(topicProblem("a/{b}", { levels: false, wildcards: true })).toContain("{b}");
    expect(topicProblem("a/+", { levels: true, wildcards: false })).toContain("+");
  });

  it("turns named levels into single-level wildcards", () => {
    expect(topicFilter("sensors/{device}/+/#")).toBe("sensors/+/+/#");
  });

  it("fills named levels, and refuses values that would change the shape of the topic", () => {
    expect(fillTopic("rooms/{room}/set", { room: "room-1" })).toBe("rooms/room-1/set");
    for (const room of ["", "a/b", "+", "#", "x\0"])
      expect(fillTopic("rooms/{room}/set", { room })).toBeUndefined();
    expect(fillTopic("rooms/{toString}/set", {})).toBeUndefined();
  });

  it("never publishes to wildcards or below $", () => {
    expect(["a/b", "a b"].every(isPublishableTopic)).toBe(true);
    expect(["", "a/+", "#", "$SYS/x", "a\0"].some(isPublishableTopic)).toBe(false);
  });
});

describe("TopicTrie", () => {
  it("matches as MQTT 5 section 4.7 says", () => {
    const trie = new TopicTrie<string>();
    for (const filter of ["a/b", "a/+", "a/#", "#", "+/b", "+", "$SYS/#", "a//c"]) trie.add(filter, filter);
    expect(trie.match("a/b").sort()).toEqual(["#", "+/b", "a/#", "a/+", "a/b"]);
    expect(trie.match("a").sort()).toEqual(["#", "+", "a/#"]);
    expect(trie.match("$SYS/x")).toEqual(["$SYS/#"]);
    expect(trie.match("a//c").sort()).toEqual(["#", "a/#", "a//c"]);
  });

  it("agrees with a naive matcher on random filters and topics", () => {
    const level = fc.constantFrom("a", "b", "", "$x");
    const topics = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join("/"));
    const filters = fc
      .tuple(fc.array(fc.oneof(level, fc.constant("+")), { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([levels, rest]) => [...levels, ...(rest ? ["#"] : [])].join("/"));
    fc.assert(
      fc.property(fc.array(filters, { maxLength: 12 }), topics, (all, topic) => {
        const trie = new TopicTrie<number>();
        for (const [index, filter] of all.entries()) trie.add(filter, index);
        const expected = all.flatMap((filter, index) => (naiveMatch(filter, topic) ? [index] : []));
        expect(trie.match(topic).sort()).toEqual(expected.sort());
      }),
    );
  });
});

function naiveMatch(filter: string, topic: string): boolean {
  const wanted = filter.split("/");
  const levels = topic.split("/");
  if (levels[0]!.startsWith("$") && (wanted[0] === "+" || wanted[0] === "#")) return false;
  for (const [index, want] of wanted.entries()) {
    if (want === "#") return true;
    if (index >= levels.length || (want !== "+" && want !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}
