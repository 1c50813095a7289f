import { duplexPair } from "node:stream";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { AckGate } from "../../runtime/mqtt/ackGate.ts";

/** A gate, what has reached the broker's end of the socket, and what has reached MQTT.js. */
function create() {
  const [socket, broker] = duplexPair();
  const ledger = { told: 0, safe: 0 };
  const gate = new AckGate(socket, ledger);
  const sent: Buffer[] = [];
  const read: Buffer[] = [];
  broker.on("data", (chunk: Buffer) => sent.push(chunk));
  gate.on("data", (chunk: Buffer) => read.push(chunk));
  return {
    gate,
    broker,
    sent: () => Buffer.concat(sent).toString("hex"),
    read: () => Buffer.concat(read).toString("hex"),
    expectTold: (count: number) => {
      for (let each = 0; each < count; each++) {
        ledger.told++;
        gate.expect();
      }
    },
    tell: (ack: Buffer) => {
      ledger.told++;
      gate.expect();
      gate.write(ack);
    },
    safe: (count: number) => {
      ledger.safe += count;
      gate.release();
    },
  };
}

const puback = (id: number) => Buffer.from([0x40, 2, id >> 8, id & 255]);
const pubrec = (id: number) => Buffer.from([0x50, 2, id >> 8, id & 255]);
const pubcomp = (id: number) => Buffer.from([0x70, 2, id >> 8, id & 255]);
const publish = (size: number) => Buffer.concat([Buffer.from([0x30, size]), Buffer.alloc(size, 7)]);
const pingreq = Buffer.from([0xc0, 0]);
const hex = (...parts: Buffer[]) => Buffer.concat(parts).toString("hex");
const same = (actual: () => string, expected: string) =>
  vi.waitFor(() => expect(actual()).toBe(expected), { timeout: 5_000, interval: 1 });

test("acknowledgements wait until their deliveries are safe, in order; the rest passes them by", async () => {
  const { gate, tell, safe, sent } = create();
  tell(puback(1));
  tell(pubrec(2));
  gate.write(publish(5));
  gate.write(pubcomp(9));
  gate.write(pingreq);
  tell(puback(3));
  const passed = hex(publish(5), pubcomp(9), pingreq);
  await same(sent, passed);
  safe(1);
  await same(sent, passed + hex(puback(1)));
  safe(2);
  await same(sent, passed + hex(puback(1), pubrec(2), puback(3)));
});

test("a repetition is acknowledged in its turn: not before those that came before it", async () => {
  const { gate, tell, safe, sent } = create();
  gate.expect();
  gate.write(puback(1));
  await same(sent, hex(puback(1)));
  tell(puback(2));
  gate.expect();
  gate.write(puback(3));
  safe(1);
  await same(sent, hex(puback(1), puback(2), puback(3)));
});

test("however what is written is cut into pieces, it comes out as it was when nothing has to wait", async () => {
  const packet = fc.oneof(
    fc.constant({ bytes: pingreq, isAck: false }),
    fc.integer({ min: 0, max: 120 }).map((size) => ({ bytes: publish(size), isAck: false })),
    fc.integer({ min: 1, max: 65_535 }).map((id) => ({ bytes: puback(id), isAck: true })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(packet, { maxLength: 12 }), fc.array(fc.nat(5)), async (packets, cuts) => {
      const { gate, sent } = create();
      const acks = packets.filter((each) => each.isAck);
      for (const _ of acks) gate.expect();
      const all = Buffer.concat(packets.map((each) => each.bytes));
      for (let at = 0, cut = 0; at < all.length; cut++) {
        const length = 1 + (cuts[cut % Math.max(1, cuts.length)] ?? 3);
        gate.write(all.subarray(at, at + length));
        at += length;
      }
      await same(sent, hex(...packets.map((each) => each.bytes)));
      gate.destroy();
    }),
    { numRuns: 100 },
  );
});

test("acknowledgements that were written in pieces come out whole, behind everything that passed", async () => {
  for (const length of [1, 2, 3, 4, 7]) {
    const { gate, expectTold, safe, sent } = create();
    expectTold(2);
    const all = Buffer.concat([publish(5), puback(258), publish(3), pubrec(4), pingreq]);
    for (let at = 0; at < all.length; at += length) gate.write(all.subarray(at, at + length));
    await same(sent, hex(publish(5), publish(3), pingreq));
    safe(2);
    await same(sent, hex(publish(5), publish(3), pingreq, puback(258), pubrec(4)));
  }
});

test("a congested gate stops at the end of a packet and goes on where it stopped", async () => {
  const { gate, broker, read } = create();
  broker.write(publish(4));
  await same(read, hex(publish(4)));
  const second = publish(90);
  broker.write(second.subarray(0, 10));
  await same(read, hex(publish(4), second.subarray(0, 10)));
  gate.congest(true);
  broker.write(Buffer.concat([second.subarray(10), publish(1), publish(2)]));
  broker.write(publish(3));
  await same(read, hex(publish(4), second));
  gate.congest(false);
  await same(read, hex(publish(4), second, publish(1), publish(2), publish(3)));
});

test("while congested a PINGREQ reaches the broker and is answered at once", async () => {
  const { gate, broker, read, sent } = create();
  gate.congest(true);
  broker.write(publish(1));
  gate.write(pingreq);
  await same(sent, hex(pingreq));
  await same(read, "d000");
  gate.congest(false);
  await same(read, `d000${hex(publish(1))}`);
});

test("the end of the socket is the end of the gate", async () => {
  const { gate, broker } = create();
  const closed = new Promise((resolve) => gate.once("close", resolve));
  broker.end();
  gate.end();
  await closed;
});

test("a goodbye is a DISCONNECT and the end", async () => {
  const { gate, broker, sent } = create();
  const ended = new Promise((resolve) => broker.once("end", () => resolve(sent())));
  gate.sayGoodbye();
  expect(await ended).toBe("e000");
});
