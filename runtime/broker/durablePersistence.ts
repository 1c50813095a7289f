/**
 * What the broker must not forget: subscriptions of durable sessions, messages on their way to them, half-done QoS 2
 * deliveries and retained messages. Held in memory as aedes wants it, and written through to lmdb.
 *
 * aedes acknowledges a QoS 1 publish before it queues it. So a publish is put on disk for every session it is for
 * beforehand ({@link DurablePersistence.reserve}, called where aedes asks whether it is allowed), and what aedes queues
 * afterwards finds its place taken. A device that has an acknowledgement can rely on it, whatever is killed.
 *
 * A packet id is on disk before the packet is sent with it: after a kill the session gets the same id with DUP set, and
 * can tell that it has the message already. (After a power cut it may get another id, and the message twice: that is
 * what QoS 1 allows.)
 *
 * Layout, four lmdb databases:
 *
 *     subscriptions  [client, filter]    {topic, qos, rh, rap, nl}
 *     outgoing       [client, seq]       {cmd, topic, payload, qos, retain, messageId}
 *     incoming       [client, packet id] true: a QoS 2 publish whose PUBREL has not come
 *     retained       topic               {cmd, topic, payload, qos, retain}
 *
 * Filters and topics beyond what an lmdb key can hold are keyed by their SHA-256.
 */
/// <reference path="./asyncPersistence.d.ts" />
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import MemoryPersistence, {
  type Client,
  type Packet,
  type Session,
  type Subscription,
} from "aedes-persistence/asyncPersistence.js";
import { type Database, open } from "lmdb";
import { GroupCommit } from "./groupCommit.ts";
import { limits } from "./limits.ts";
import { type Outgoing, OutgoingQueue, type QueuedPacket } from "./outgoingQueue.ts";

/** As a client sent it. */
export type Publish = Omit<Packet, "brokerId" | "brokerCounter">;
/** What of a message is on disk; see the layout above. */
type Stored = Omit<QueuedPacket, "brokerCounter">;

/** What aedes lends a persistence. */
interface Broker {
  readonly id: string;
  /** Counts the packets it has made. */
  counter: number;
}

export class DurablePersistence extends MemoryPersistence {
  readonly #commit: GroupCommit;
  readonly #notice: (text: string) => void;
  readonly #subscriptions: Database<Subscription, [string, string]>;
  readonly #outgoing: Database<Stored, [string, number]>;
  readonly #incoming: Database<true, [string, number]>;
  readonly #retained: Database<Stored, string>;
  readonly #queues = new Map<string, OutgoingQueue>();
  /** Messages on disk that aedes has not queued yet, by their payload: it keeps that object to the end. */
  readonly #reserved = new WeakMap<Buffer, Map<string, Outgoing>>();
  /** Connections that have read their queue: what comes goes to them at once. */
  readonly #upToDate = new WeakSet<Client>();
  /** Of connections that read their queue: told which packet is sent. */
  readonly #turns = new WeakMap<Client, (brokerCounter: number) => void>();
  readonly #overflowing = new Set<string>();
  #nextSeq = 1;
  #broker: Broker = { id: "", counter: 0 };

  /** @param notice told what a person should see. @throws what lmdb says of a folder it cannot use */
  constructor(folder: string, notice: (text: string) => void) {
    super();
    const root = open({ path: folder, maxDbs: 4 });
    this.#notice = notice;
    this.#commit = new GroupCommit(root, (problem) =>
      notice(
        problem === undefined
          ? "the broker can write to its disk again"
          : `the broker cannot write to its disk and takes no QoS 1 and 2 messages for sleeping sessions: ${problem}`,
      ),
    );
    this.#subscriptions = root.openDB({ name: "subscriptions" });
    this.#outgoing = root.openDB({ name: "outgoing" });
    this.#incoming = root.openDB({ name: "incoming" });
    this.#retained = root.openDB({ name: "retained" });
  }

  override async setup(broker: Broker): Promise<void> {
    await super.setup(broker);
    this.#broker = broker;
    for (const { value } of this.#retained.getRange()) await super.storeRetained(value);
    for (const { key, value } of this.#subscriptions.getRange()) {
      await super.addSubscriptions({ id: key[0] }, [value]);
    }
    for (const { key, value } of this.#outgoing.getRange()) {
      const [clientId, seq] = key;
      const packet = { ...value, brokerCounter: ++broker.counter };
      this.#queue(clientId).add({ seq, packet, pending: false });
      this.#nextSeq = Math.max(this.#nextSeq, seq + 1);
    }
    for (const { key } of this.#incoming.getRange()) {
      const [id, messageId] = key;
      await super.incomingStorePacket({ id }, { messageId });
    }
  }

  /**
   * Puts a QoS 1 or 2 publish on disk for every durable session it is for, before it is acknowledged.
   * @throws when the disk does not take it: then it must not be acknowledged
   */
  async reserve(client: Client, packet: Publish): Promise<void> {
    const again = packet.qos === 2 && (await this.#isIncoming(client, packet));
    const sessions = again ? [] : await super.subscriptionsByTopic(packet.topic);
    if (sessions.length === 0 && !packet.retain) return;
    // An object of its own, by which the message is known again when aedes queues it.
    const payload = Buffer.from(packet.payload);
    packet.payload = payload;
    const reserved = new Map(
      sessions.map(({ clientId }) => [clientId, this.#entry(packet, 0, true)] as const),
    );
    for (const [clientId, entry] of reserved) this.#queue(clientId).add(entry);
    try {
      await this.#commit.addSynced(() => {
        for (const [clientId, entry] of reserved) this.#put(clientId, entry);
        if (packet.qos === 2) this.#incoming.putSync([client.id, packet.messageId!], true);
        if (packet.retain) this.#putRetained(packet);
      });
    } catch (error) {
      for (const [clientId, entry] of reserved) this.#queue(clientId).remove(entry);
      throw error;
    }
    this.#reserved.set(payload, reserved);
  }

  override async outgoingEnqueue(session: Session, packet: Packet): Promise<void> {
    await this.outgoingEnqueueCombi([session], packet);
  }

  override async outgoingEnqueueCombi(sessions: readonly Session[], packet: Packet): Promise<void> {
    const reserved = this.#reserved.get(packet.payload);
    this.#reserved.delete(packet.payload);
    const fresh: [string, Outgoing][] = [];
    for (const { clientId } of sessions) {
      const queue = this.#queue(clientId);
      const entry = reserved?.get(clientId);
      reserved?.delete(clientId);
      if (entry) {
        queue.replace(entry, { ...entry.packet, brokerCounter: packet.brokerCounter });
        queue.offer(entry);
      } else {
        const added = this.#entry(packet, packet.brokerCounter, false);
        queue.add(added);
        queue.offer(added);
        fresh.push([clientId, added]);
      }
      this.#shorten(clientId, queue);
    }
    // Sessions that unsubscribed in between.
    for (const [clientId, entry] of reserved ?? []) this.#remove(clientId, entry);
    if (fresh.length === 0) return;
    await this.#commit.add(() => {
      for (const [clientId, entry] of fresh) this.#put(clientId, entry);
    });
  }

  override async outgoingUpdate(client: Client, packet: Packet): Promise<void> {
    const queue = this.#queue(client.id);
    const entry = queue.find(packet);
    const { cmd } = packet;
    if (!entry) {
      // A PUBREC that comes again: a PUBREL ends the exchange.
      if (cmd === "pubrel") return;
      throw new Error("no such packet");
    }
    // aedes counts ids up from anywhere with each connection, and may meet those of messages that are still on their way.
    if (entry.packet.messageId === undefined) packet.messageId = queue.freeMessageId(packet.messageId!);
    const { messageId } = packet;
    this.#turns.get(client)?.(packet.brokerCounter);
    if (entry.packet.messageId === messageId && entry.packet.cmd === cmd) return;
    queue.replace(entry, { ...entry.packet, cmd, messageId: messageId! });
    await this.#commit.add(() => this.#put(client.id, entry));
  }

  override async outgoingClearMessageId(client: Client, packet: Packet): Promise<unknown> {
    const entry = this.#queue(client.id).withMessageId(packet.messageId!);
    if (entry) this.#remove(client.id, entry);
    return entry?.packet;
  }

  override outgoingStream(client: Client): Readable {
    return Readable.from(this.#read(client));
  }

  /**
   * May this message go to the session as it comes? Not while older ones wait for it: the session reads its queue first, and
   * finds this one at its end. Otherwise a device that was switched on and off while nobody listened would seem to be on.
   */
  isInTurn(client: Client, packet: Packet): boolean {
    const entry = this.#queues.get(client.id)?.withCounter(packet.brokerCounter);
    // Asked also for what has been read from the queue; retained messages for a new subscription are in none.
    if (!entry || packet.messageId !== undefined) return true;
    return this.#upToDate.has(client) && entry.packet.messageId === undefined;
  }

  override async addSubscriptions(client: Client, subscriptions: readonly Subscription[]): Promise<void> {
    await super.addSubscriptions(client, subscriptions);
    await this.#commit.add(() => {
      for (const each of subscriptions) this.#subscriptions.putSync([client.id, keyOf(each.topic)], each);
    });
  }

  override async removeSubscriptions(client: Client, topics: readonly string[]): Promise<void> {
    await super.removeSubscriptions(client, topics);
    await this.#commit.add(() => {
      for (const topic of topics) this.#subscriptions.removeSync([client.id, keyOf(topic)]);
    });
  }

  /** A client begins a session of its own: with the subscriptions of the last one go the messages that wait for it. */
  override async cleanSubscriptions(client: Client): Promise<void> {
    await super.cleanSubscriptions(client);
    this.#queues.delete(client.id);
    await this.#commit.add(() => {
      removeAll(this.#subscriptions, client.id);
      removeAll(this.#outgoing, client.id);
    });
  }

  override async incomingStorePacket(client: Client, packet: Pick<Packet, "messageId">): Promise<void> {
    await super.incomingStorePacket(client, packet);
    await this.#commit.add(() => this.#incoming.putSync([client.id, packet.messageId!], true));
  }

  override async incomingDelPacket(client: Client, packet: Packet): Promise<void> {
    await super.incomingDelPacket(client, packet);
    await this.#commit.add(() => this.#incoming.removeSync([client.id, packet.messageId!]));
  }

  override async cleanIncoming(client: Client): Promise<void> {
    await super.cleanIncoming(client);
    await this.#commit.add(() => removeAll(this.#incoming, client.id));
  }

  override async storeRetained(packet: Packet): Promise<void> {
    await super.storeRetained(packet);
    // What was reserved is on disk already, and by now perhaps followed by a newer one.
    if (!this.#reserved.has(packet.payload)) await this.#commit.add(() => this.#putRetained(packet));
  }

  /** Everything is on disk when this resolves. */
  close(): Promise<void> {
    return this.#commit.close();
  }

  async *#read(client: Client): AsyncIterable<object> {
    const { id: brokerId } = this.#broker;
    for (const packet of this.#queues.get(client.id)?.read() ?? []) {
      // Each has its packet id, and is as good as sent, before the next is looked for.
      const turn = new Promise<void>((done) => {
        this.#turns.set(client, (counter) => counter === packet.brokerCounter && done());
      });
      yield { ...packet, brokerId };
      await turn;
    }
    this.#turns.delete(client);
    this.#upToDate.add(client);
  }

  #queue(clientId: string): OutgoingQueue {
    const known = this.#queues.get(clientId);
    if (known) return known;
    const queue = new OutgoingQueue();
    this.#queues.set(clientId, queue);
    return queue;
  }

  #entry({ cmd, topic, payload, qos }: Publish, brokerCounter: number, pending: boolean): Outgoing {
    // It goes to a subscription that was there before it: the flag is for those that come later (section 3.3.1.3).
    const packet = { cmd, topic, payload, qos, retain: false, brokerCounter };
    return { seq: this.#nextSeq++, packet, pending };
  }

  #put(clientId: string, { seq, packet: { brokerCounter: _, ...stored } }: Outgoing): void {
    this.#outgoing.putSync([clientId, seq], stored);
  }

  #putRetained({ cmd, topic, payload, qos, retain }: Publish): void {
    const key = keyOf(topic);
    if (payload.length === 0) this.#retained.removeSync(key);
    else this.#retained.putSync(key, { cmd, topic, payload, qos, retain });
  }

  #remove(clientId: string, entry: Outgoing): void {
    this.#queue(clientId).remove(entry);
    // Should this not reach the disk, the session gets it once more with DUP set.
    this.#commit.addLater(() => this.#outgoing.removeSync([clientId, entry.seq]));
  }

  #shorten(clientId: string, queue: OutgoingQueue): void {
    const oldest = queue.overflow();
    if (!oldest) return;
    this.#remove(clientId, oldest);
    if (!this.#overflowing.has(clientId))
      this.#notice(
        `messages wait for the session ${clientId} beyond ${limits.queuedMessagesMax}: the oldest go`,
      );
    this.#overflowing.add(clientId);
  }

  async #isIncoming(client: Client, packet: Publish): Promise<boolean> {
    return this.incomingGetPacket(client, packet).then(
      () => true,
      () => false,
    );
  }
}

/** An lmdb key holds 1,978 bytes, a UTF-16 unit takes at most three, and a client id goes before it. */
function keyOf(topic: string): string {
  return topic.length <= 400 ? topic : `#${createHash("sha256").update(topic).digest("hex")}`;
}

function removeAll(database: Database<unknown, [string, string | number]>, clientId: string): void {
  const keys = [...database.getKeys({ start: [clientId] as unknown as [string, string] })];
  for (const key of keys) {
    if (key[0] !== clientId) return;
    database.removeSync(key);
  }
}
