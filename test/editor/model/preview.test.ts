import { beforeEach, describe, expect, it } from "vitest";
import { type PeekedInput, Preview } from "../../../editor/model/preview.ts";
import { nodeTypes } from "../../../nodes/index.ts";
import { createCatalogue } from "../../../runtime/core/catalogue.ts";
import { testPlatform } from "../../harness/platform.ts";
import { flowOf } from "../../plane/flows.ts";

const noon = Date.UTC(2026, 0, 5, 12);
const encoder = new TextEncoder();
let preview: Preview;
beforeEach(() => {
  preview = new Preview(createCatalogue(nodeTypes), testPlatform);
});

/** Sensors, made warmer by an expression, published and windowed. */
const drawing = (expression = "payload.temperature + 1", topic = "rooms/{room}") =>
  flowOf(
    "draft",
    {
      sensor: ["mqtt-in", { topic }],
      warmer: ["transform", { expression }],
      out: ["mqtt-out", { topic: "out/{room}" }],
      count: ["window", { size: "1 min", aggregates: [{ name: "n", function: "count" }] }],
    },
    ["sensor.out -> warmer.in", "warmer.out -> out.in", "sensor.out -> count.in"],
  );

function message(topic: string, temperature: unknown, at = noon): PeekedInput {
  const payload = encoder.encode(JSON.stringify({ temperature }));
  return { connection: "default", topic, payload, retained: false, at };
}

describe("the preview of a draft", () => {
  it("listens to the topics of the drawing, and shows per port what would pass", () => {
    expect(preview.draw(drawing(), noon)).toEqual([{ connection: "default", filter: "rooms/+" }]);
    preview.changed();
    preview.take([message("rooms/hall", 20)]);
    const nodes = preview.changed();
    expect(nodes.warmer?.inputs.in?.last?.message).toMatchObject({
      key: "hall",
      params: { room: "hall" },
      payload: { temperature: 20 },
    });
    expect(nodes.warmer?.outputs.out).toMatchObject({
      count: 1,
      last: { at: noon, message: { payload: 21 } },
    });
    expect(preview.changed(), "nothing has changed since").toEqual({});
  });

  it("shows what a change means for the last messages, as if it had been drawn before they came", () => {
    preview.draw(drawing(), noon);
    preview.take([message("rooms/hall", 20, noon), message("rooms/hall", 22, noon + 1000)]);
    preview.draw(drawing("payload.temperature * 2"), noon + 5000);
    const nodes = preview.changed();
    expect(nodes.warmer?.outputs.out).toMatchObject({ count: 2, last: { at: noon + 1000 } });
    expect(nodes.warmer?.outputs.out?.last?.message.payload).toBe(44);
  });

  it("leaves out what has mistakes and all it feeds; what came to it stays for it to be tried on", () => {
    preview.draw(drawing(), noon);
    preview.take([message("rooms/hall", 20)]);
    preview.changed();
    preview.draw(drawing("payload."), noon);
    preview.take([message("rooms/hall", 21, noon + 1)]);
    const nodes = preview.changed();
    expect(nodes.sensor?.outputs.out?.last?.message.payload).toEqual({ temperature: 21 });
    expect(nodes.warmer?.outputs).toEqual({});
    expect(nodes.warmer?.inputs.in?.last?.message.payload).toEqual({ temperature: 20 });
    expect(nodes.out?.outputs).toEqual({});
    expect(nodes.out?.inputs.in?.last).toBeDefined();
  });

  it("previews the rest when wires are broken or run in a loop", () => {
    const flow = drawing();
    const wires = [...flow.wires, "nonsense", "gone.out -> warmer.in", "count.out -> count.in"];
    expect(preview.draw({ ...flow, wires }, noon)).toHaveLength(1);
    preview.take([message("rooms/hall", 20)]);
    expect(preview.changed().warmer?.outputs.out?.last?.message.payload).toBe(21);
  });

  it("lets time pass: windows end, and never goes back in it", () => {
    preview.draw(drawing(), noon);
    preview.take([message("rooms/hall", 20), message("rooms/hall", 22, noon + 1)]);
    preview.pass(noon + 61_000);
    expect(preview.changed().count?.outputs.out).toMatchObject({ count: 1 });
    preview.pass(noon);
    preview.take([message("rooms/late", 1, noon + 10)]);
    expect(preview.changed().warmer?.outputs.out?.last?.at).toBe(noon + 61_000);
  });

  it("counts what comes twice once", () => {
    preview.draw(drawing(), noon);
    preview.take([message("rooms/hall", 20)]);
    preview.take([message("rooms/hall", 20)]);
    expect(preview.changed().sensor?.outputs.out?.count).toBe(1);
  });

  it("keeps a few messages per topic, however many came", () => {
    preview.draw(drawing(), noon);
    for (let n = 0; n < 1000; n++) preview.take([message("rooms/hall", n, noon + n)]);
    preview.draw(drawing("1"), noon + 2000);
    const { sensor } = preview.changed();
    expect(sensor?.outputs.out?.count).toBe(20);
    expect(sensor?.outputs.out?.last?.message.payload).toEqual({ temperature: 999 });
  });

  it("tells bad data as the runtime would", () => {
    preview.draw(drawing(), noon);
    preview.take([{ ...message("rooms/hall", 0), payload: encoder.encode("{") }]);
    expect(preview.changed().sensor).toMatchObject({ failed: 1, lastError: { at: noon } });
  });
});
