/** The in-memory persistence of aedes as far as the durable one builds on it. Its own types lie elsewhere and are wider. */
declare module "aedes-persistence/asyncPersistence.js" {
  import type { Readable } from "node:stream";

  export interface Client {
    readonly id: string;
  }
  export interface Subscription {
    readonly topic: string;
    readonly qos: 0 | 1 | 2;
  }
  export interface Packet {
    readonly cmd: string;
    readonly brokerId: string;
    readonly brokerCounter: number;
    readonly topic: string;
    payload: Buffer;
    readonly qos: 0 | 1 | 2;
    readonly retain: boolean;
    messageId?: number;
  }
  export interface Session {
    readonly clientId: string;
  }

  export default class MemoryPersistence {
    setup(broker: { readonly id: string; counter: number }): Promise<void>;
    storeRetained(packet: Omit<Packet, "brokerId" | "brokerCounter">): Promise<void>;
    addSubscriptions(client: Client, subscriptions: readonly Subscription[]): Promise<void>;
    removeSubscriptions(client: Client, topics: readonly string[]): Promise<void>;
    cleanSubscriptions(client: Client): Promise<void>;
    /** Durable sessions with a subscription of QoS 1 or 2 that matches. */
    subscriptionsByTopic(topic: string): Promise<readonly Session[]>;
    outgoingEnqueue(session: Session, packet: Packet): Promise<void>;
    outgoingEnqueueCombi(sessions: readonly Session[], packet: Packet): Promise<void>;
    /** @throws when the packet is not in the queue */
    outgoingUpdate(client: Client, packet: Packet): Promise<void>;
    outgoingClearMessageId(client: Client, packet: Packet): Promise<unknown>;
    outgoingStream(client: Client): Readable;
    incomingStorePacket(client: Client, packet: Pick<Packet, "messageId">): Promise<void>;
    /** @throws when there is none */
    incomingGetPacket(client: Client, packet: Pick<Packet, "messageId">): Promise<unknown>;
    incomingDelPacket(client: Client, packet: Packet): Promise<void>;
    cleanIncoming(client: Client): Promise<void>;
  }
}
