/** Joins beside vectors: our own, always, and those taken from Flink's tests, where they lie beside the checkout. */
import { describe, expect, it } from "vitest";
import join from "../../nodes/join.ts";
import type { AnyNodeType, Context } from "../../runtime/core/api.ts";
import { createHarness, type Output } from "../harness/operatorHarness.ts";
import { readsAll, titled, type Vector, vectorsOf } from "../harness/publishedVectors.ts";
import { type JoinBounds, joinConfig } from "./joinConfig.ts";

type Side = "left" | "right";
interface Event {
  readonly type?: string;
  readonly side: Side | "both";
  readonly ts: number;
  readonly key?: string;
}

const bounds = ["lower", "upper", "lower_inclusive", "upper_inclusive"];

function configOf({ id, params }: Vector): object {
  readsAll(params, [...bounds, "keep"], id);
  for (const name of bounds) expect(params, id).toHaveProperty(name);
  const { keep = "none" } = params;
  return { ...joinConfig(params as unknown as JoinBounds), keep };
}

describe("join beside vectors", () => {
  const arrivals = ["as written", "the other side first"] as const;
  const cases = vectorsOf("join").flatMap((vector) =>
    arrivals.map((arrival) => ({ id: vector.id, arrival, vector })),
  );
  it.each(cases)("$id, $arrival", ({ vector, arrival }) => {
    const harness = createHarness(join, configOf(vector), { maxDelayMs: 1e9 });
    const given = vector.events as Event[];
    const stepwise = given.every(({ type }) => type === undefined);
    const reached = { left: Number.NEGATIVE_INFINITY, right: Number.NEGATIVE_INFINITY };
    const sides = stepwise && arrival !== "as written" ? [...given].reverse() : given;
    // Reversed, each side must still ascend.
    const events = [...sides].sort((one, other) =>
      stepwise && one.side === other.side ? one.ts - other.ts : 0,
    );
    const found: Record<string, unknown[]> = { out: [], late: [], alone: [] };
    for (const [index, event] of events.entries()) {
      const { type, side, ts, key = "key" } = event;
      readsAll(event, ["type", "side", "ts", "key"], vector.id);
      if (type === "watermark") {
        expect(side, "watermarks are of both sides").toBe("both");
        harness.watermark(ts);
      } else {
        expect(type, vector.id).toBeUndefined();
        harness.send({ side, ts }, { port: side, at: ts, key });
        if (stepwise && side !== "both") {
          reached[side] = ts;
          const watermark = Math.min(reached.left, reached.right);
          if (watermark !== Number.NEGATIVE_INFINITY) harness.watermark(watermark);
        }
      }
      harness.restart();
      for (const output of harness.outputs()) found[output.port]!.push(shown(output, index));
    }
    expect(found.out!.sort()).toEqual([...(vector.expected as unknown[])].sort());
    if (vector.late_side_output || vector.alone)
      expect([found.late, found.alone]).toEqual([vector.late_side_output ?? [], vector.alone ?? []]);
  });

  it.each(titled(vectorsOf("joinBuffers")))("$id", ({ vector }) => {
    let buffers: Readonly<Record<Side, readonly { message: { time: number } }[]>> | undefined;
    const harness = createHarness(
      observed((state) => {
        buffers = state as typeof buffers;
      }),
      configOf(vector),
      { maxDelayMs: 1e9 },
    );
    for (const [index, event] of (vector.events as (Event & { fill?: string })[]).entries()) {
      readsAll(event, event.fill ? ["fill"] : ["type", "side", "ts"], vector.id);
      if (event.fill) {
        const [, first, last] = /^left and right (\d+)\.\.(\d+)$/.exec(event.fill)!.map(Number);
        for (const side of ["left", "right"]) {
          for (let at = first!; at <= last!; at++) harness.send({ ts: at }, { port: side, at });
        }
        expect((vector.expected as unknown[])[index]).toBeNull();
        continue;
      }
      expect([event.type, event.side]).toEqual(["watermark", "both"]);
      harness.watermark(event.ts);
      const times = (side: Side) => (buffers?.[side] ?? []).map(({ message }) => message.time);
      expect({ left_buffer: times("left"), right_buffer: times("right") }).toEqual(
        (vector.expected as unknown[])[index],
      );
    }
  });
});

/** A pair as the times of its two; what leaves alone or late as the vectors say it. */
function shown({ port, payload, time }: Output, index: number): unknown {
  if (port === "late") return payload;
  const { left, right } = payload as Partial<Record<Side, { ts: number }>>;
  if (port === "alone") return { ...(left ?? right), at: time, after_event: index };
  expect(time).toBe(Math.max(left!.ts, right!.ts));
  return [left!.ts, right!.ts];
}

/** A join that shows its state after each call. */
function observed(show: (state: unknown) => void): AnyNodeType {
  const type: AnyNodeType = join;
  return {
    ...type,
    operator(config, env) {
      const operator = type.operator(config, env);
      return {
        onMessage(message, port, ctx: Context) {
          operator.onMessage(message, port, ctx);
          show(ctx.state);
        },
        onTimer(timer, ctx: Context) {
          operator.onTimer!(timer, ctx);
          show(ctx.state);
        },
      };
    },
  };
}
