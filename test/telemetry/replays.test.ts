import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ReplayInput } from "../../runtime/core/engine/input.ts";
import type { DeadLetter } from "../../runtime/core/engine/output.ts";
import { openDatabase } from "../../runtime/data/database.ts";
import { DeadLetters } from "../../runtime/telemetry/deadLetters.ts";
import { Replays } from "../../runtime/telemetry/replays.ts";

const message = { topic: "a/b", key: "b", time: 1, params: {}, payload: 1 };

function letter(n: number, more: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id: `f/${n}.0`,
    flow: "f",
    node: "n",
    port: "in",
    code: "C",
    text: "t",
    at: n,
    ...message,
    ...more,
  };
}

/** @param takes by a data plane that takes these letters alone; all if not given */
function setUp(takes: (input: ReplayInput) => boolean = () => true) {
  const letters = new DeadLetters(openDatabase(mkdtempSync(join(tmpdir(), "millrace-replays-"))));
  const sent: (readonly ReplayInput[])[] = [];
  const plane = { failure: undefined as Error | undefined };
  const replays = new Replays(letters, async (_flow, inputs) => {
    sent.push(inputs);
    if (plane.failure) throw plane.failure;
    return inputs.filter(takes).map((each) => each.letter);
  });
  return { letters, replays, sent, plane };
}

test("a letter goes to its node as the message it was, and stays until the node has it", async () => {
  const { letters, replays, sent } = setUp();
  letters.add([letter(1, { raw: "AA==" })]);
  await replays.replay("f/1.0");
  expect(sent).toEqual([
    [{ kind: "replay", letter: "f/1.0", flow: "f", node: "n", port: "in", message, raw: "AA==" }],
  ]);
  expect(letters.total).toBe(1);
});

test("asked twice, it goes once; asked when it came back, again", async () => {
  const { letters, replays, sent } = setUp();
  letters.add([letter(1)]);
  await Promise.all([replays.replay("f/1.0"), replays.replay("f/1.0"), replays.replayAll("f")]);
  expect(sent.flat()).toHaveLength(1);
  replays.arrived(["f/1.0"]);
  await replays.replay("f/1.0");
  expect(sent.flat()).toHaveLength(2);
});

test("a data plane that stopped may not have got it: it can be asked for again", async () => {
  const { letters, replays, sent, plane } = setUp();
  letters.add([letter(1)]);
  plane.failure = new Error("down");
  await expect(replays.replay("f/1.0")).rejects.toThrow("down");
  plane.failure = undefined;
  await replays.replay("f/1.0");
  replays.interrupted("another");
  await replays.replay("f/1.0");
  expect(sent).toHaveLength(2);
  replays.interrupted("f");
  await replays.replay("f/1.0");
  replays.interrupted();
  await replays.replay("f/1.0");
  expect(sent).toHaveLength(4);
});

test("what cannot be replayed says why", async () => {
  const { letters, replays } = setUp(() => false);
  const { port: _, ...fault } = letter(2);
  letters.add([letter(1), fault]);
  await expect(replays.replay("f/1.0")).rejects.toMatchObject({
    code: "NOT_REPLAYABLE",
    message: expect.stringContaining('The node "n" is gone'),
  });
  await expect(replays.replay("f/2.0")).rejects.toMatchObject({
    code: "NOT_REPLAYABLE",
    message: expect.stringContaining("Discard it"),
  });
  await expect(replays.replay("f/3.0")).rejects.toMatchObject({ code: "DEAD_LETTER_UNKNOWN" });
});

test("all of a flow go, oldest first and in pieces; it is told how many could not", async () => {
  const { letters, replays, sent } = setUp(({ node }) => node !== "gone");
  const { port: _, ...fault } = letter(500);
  letters.add(Array.from({ length: 250 }, (_, n) => letter(n, n === 3 ? { node: "gone" } : {})));
  letters.add([fault, letter(501, { id: "g/501.0", flow: "g" })]);
  expect(await replays.replayAll("f")).toEqual({ replaying: 249, left: 2 });
  expect(sent.length).toBeGreaterThan(1);
  expect(sent.flat().map((each) => each.letter)).toEqual(Array.from({ length: 250 }, (_, n) => `f/${n}.0`));
});
