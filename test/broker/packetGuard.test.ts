import fc from "fast-check";
import { expect, test } from "vitest";
import { PacketGuard } from "../../runtime/broker/packetGuard.ts";

/** A packet with a remaining length of so many bytes, headed by its MQTT fixed header. */
function packet(length: number): number[] {
  const header = [0x30];
  let rest = length;
  do {
    header.push((rest % 128) + (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return [...header, ...Array<number>(length).fill(0xff)];
}

test("however the stream is cut, exactly the packets above the bound are found", () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 8 });
  fc.assert(
    fc.property(lengths, fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1 }), (sizes, cuts) => {
      const guard = new PacketGuard(300);
      const stream = Uint8Array.from(sizes.flatMap(packet));
      let found: number | undefined;
      for (let at = 0, cut = 0; at < stream.length && found === undefined; cut++) {
        const size = cuts[cut % cuts.length]!;
        found = guard.tooLarge(stream.subarray(at, at + size));
        at += size;
      }
      expect(found).toBe(sizes.find((each) => each > 300));
    }),
  );
});

test("a packet is refused by its header, before its body has arrived", () => {
  expect(new PacketGuard(1000).tooLarge(Uint8Array.from([0x30, 0xff, 0xff, 0xff, 0x7f]))).toBe(268_435_455);
});
