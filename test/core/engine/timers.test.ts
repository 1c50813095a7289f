import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TimerQueue } from "../../../runtime/core/engine/timers.ts";

describe("TimerQueue", () => {
  it("gives timers back in order of time, then key, then name, in whichever order they were set", () => {
    const queue = new TimerQueue();
    queue.set("c", "x", 30);
    queue.set("b", "x", 10);
    queue.set("a", "y", 30);
    queue.set("a", "x", 30);
    expect(drain(queue)).toEqual(["b.x@10", "a.x@30", "a.y@30", "c.x@30"]);
    expect(queue.earliest()).toBe(Number.POSITIVE_INFINITY);
  });

  it("moves a timer that is set again, and forgets one that is cancelled", () => {
    const queue = new TimerQueue();
    queue.set("a", "x", 10);
    queue.set("a", "x", 50);
    queue.set("b", "x", 20);
    expect(queue.cancel("b", "x")).toBe(true);
    expect(queue.cancel("b", "x")).toBe(false);
    expect(drain(queue)).toEqual(["a.x@50"]);
  });

  it("keeps the order and every timer of a key however often they are moved", () => {
    const names = fc.constantFrom("x", "y", "z");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("a", "b"), names, fc.nat(50)), { maxLength: 400 }),
        (moves) => {
          const queue = new TimerQueue();
          const model = new Map<string, number>();
          for (const [key, name, at] of moves) {
            queue.set(key, name, at);
            model.set(`${key}.${name}`, at);
          }
          const sorted = [...model].sort(([a, one], [b, other]) => one - other || (a < b ? -1 : 1));
          for (const key of ["a", "b"]) {
            const own = sorted.filter(([name]) => name.startsWith(key));
            expect([...queue.of(key)].map(({ name, at }) => [`${key}.${name}`, at]).sort()).toEqual(
              own.sort(),
            );
          }
          expect(drain(queue)).toEqual(sorted.map(([name, at]) => `${name}@${at}`));
        },
      ),
    );
  });

  it("takes memory for what is set, not for how often it was moved", () => {
    const queue = new TimerQueue();
    for (let at = 0; at < 100_000; at++) queue.set("a", "x", at);
    expect((queue as unknown as { heap: unknown[] }).heap.length).toBeLessThan(200);
    expect(drain(queue)).toEqual(["a.x@99999"]);
  });

  it("agrees with a sorted list under random sets, cancels and takes", () => {
    const key = fc.constantFrom("a", "b", "c");
    const command = fc.oneof(
      fc.record({ kind: fc.constant("set" as const), key, at: fc.integer({ min: 0, max: 20 }) }),
      fc.record({ kind: fc.constant("cancel" as const), key }),
      fc.record({ kind: fc.constant("take" as const), key }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const queue = new TimerQueue();
        let model: { key: string; at: number }[] = [];
        for (const each of commands) {
          const present = model.find(({ key: name }) => name === each.key);
          if (each.kind === "take") {
            const first = [...model].sort(
              (one, other) => one.at - other.at || (one.key < other.key ? -1 : 1),
            )[0];
            expect(queue.take()?.key).toBe(first?.key);
            model = model.filter((timer) => timer !== first);
          } else if (each.kind === "cancel") {
            expect(queue.cancel(each.key, "t")).toBe(present !== undefined);
            model = model.filter((timer) => timer !== present);
          } else {
            queue.set(each.key, "t", each.at);
            if (present?.at === each.at) continue;
            model = [...model.filter((timer) => timer !== present), { key: each.key, at: each.at }];
          }
        }
        expect([...queue.keys()].sort()).toEqual(model.map((timer) => timer.key).sort());
      }),
    );
  });
});

function drain(queue: TimerQueue): string[] {
  const found: string[] = [];
  for (let timer = queue.take(); timer; timer = queue.take())
    found.push(`${timer.key}.${timer.name}@${timer.at}`);
  return found;
}
