import type { MqttClient } from "mqtt";
import type { SubscribeRequest } from "./subscriptions.ts";

/**
 * Sends SUBSCRIBE packets and gathers the answers. With MQTT 5 each filter has a packet of its own, because a packet
 * carries one subscription identifier; without identifiers filters of like options share one.
 * @param done once: filters the broker refused, or undefined when the connection was lost before it had answered all
 */
export function sendSubscribe(
  client: MqttClient,
  requests: readonly SubscribeRequest[],
  done: (refused: readonly string[] | undefined) => void,
): void {
  const identified =
    client.options.protocolVersion === 5 &&
    client.serverProperties?.subscriptionIdentifiersAvailable !== false;
  const packets = identified ? requests.map((each) => [each]) : groupAlike(requests);
  const refused: string[] = [];
  let open = packets.length;
  let lost = false;
  for (const packet of packets) {
    const { qos, retained, id } = packet[0]!;
    const properties = identified ? { properties: { subscriptionIdentifier: id } } : {};
    const filters = packet.map((each) => each.filter);
    // rap false: the retain flag tells retained messages from live ones. rh 2: no retained messages, please.
    const options = { qos, rap: false, rh: retained ? 0 : 2, nl: false, ...properties };
    client.subscribe(filters, options, (error, _granted, suback) => {
      if (error && !suback) lost = true;
      refused.push(...filters.filter((_, index) => Number(suback?.granted[index] ?? 0) >= 128));
      open--;
      if (open === 0) done(lost ? undefined : refused);
    });
  }
}

/** One SUBSCRIBE packet carries one set of options. */
function groupAlike(requests: readonly SubscribeRequest[]): SubscribeRequest[][] {
  const groups = new Map<string, SubscribeRequest[]>();
  for (const each of requests) {
    const key = `${each.qos} ${each.retained}`;
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups.values()];
}
