import mqtt, { type IPublishPacket } from "mqtt";

/**
 * Takes QoS 2 messages when they arrive, not when they are released. MQTT.js would keep them in memory until PUBREL: a
 * kill in between would lose them, for the broker does not send them again after PUBREC. That PUBREC waits in the gate
 * until the message is on disk; PUBREL only ends the exchange.
 */
export class ArrivalStore extends mqtt.Store {
  readonly #take: (packet: IPublishPacket) => void;

  constructor(take: (packet: IPublishPacket) => void) {
    super();
    this.#take = take;
  }

  override put(...[packet, done]: Parameters<mqtt.Store["put"]>): this {
    this.#take(packet as IPublishPacket);
    done();
    return this;
  }

  /** MQTT.js shows what it gets here as a message; those of QoS 2 are ignored there. */
  override get(...[{ messageId = 0 }, found]: Parameters<mqtt.Store["get"]>): this {
    found(undefined, {
      cmd: "publish",
      messageId,
      topic: "",
      payload: "",
      qos: 2,
      retain: false,
      dup: false,
    });
    return this;
  }

  override del(...[, done]: Parameters<mqtt.Store["del"]>): this {
    done();
    return this;
  }
}
