/** Which nodes a message of a connection goes to. What is the same for every message of a topic is worked out once. */
import { limits } from "../limits.ts";
import type { Message } from "../message.ts";
import { topicFilter } from "../topic/template.ts";
import { TopicTrie } from "../topic/trie.ts";
import type { RunningFlow } from "./flow.ts";
import type { RunningNode } from "./node.ts";
import type { Source } from "./source.ts";

export interface MqttFilter {
  readonly connection: string;
  readonly filter: string;
  readonly qos: 0 | 1 | 2;
  readonly retained: boolean;
}

export interface Route {
  readonly flow: RunningFlow;
  readonly node: RunningNode;
  readonly source: Source;
  readonly params: Message["params"];
  readonly key: string;
}

type Listener = Pick<Route, "flow" | "node" | "source">;

interface Connection {
  readonly trie: TopicTrie<Listener>;
  readonly routes: Map<string, readonly Route[]>;
}

export class Routing {
  private readonly listeners: readonly Listener[];
  private readonly connections = new Map<string, Connection>();

  constructor(flows: Iterable<RunningFlow>) {
    this.listeners = [...flows].flatMap((flow) =>
      flow.nodes.flatMap((node) => node.sources.map((source) => ({ flow, node, source }))),
    );
    for (const listener of this.listeners) {
      const { connection: name, topic } = listener.source.subscription;
      let connection = this.connections.get(name);
      if (!connection) {
        connection = { trie: new TopicTrie(), routes: new Map() };
        this.connections.set(name, connection);
      }
      connection.trie.add(topicFilter(topic), listener);
    }
  }

  routes(connection: string, topic: string): readonly Route[] {
    const found = this.connections.get(connection);
    return found ? (found.routes.get(topic) ?? resolve(found, topic)) : [];
  }

  /** What the shell must be subscribed to; one entry per connection and filter. */
  filters(): readonly MqttFilter[] {
    const found = new Map<string, MqttFilter>();
    for (const { source } of this.listeners) {
      const { connection, topic, qos, retained } = source.subscription;
      const filter = topicFilter(topic);
      const name = `${connection}\n${filter}`;
      const other = found.get(name);
      found.set(name, {
        connection,
        filter,
        qos: Math.max(qos, other?.qos ?? 0) as 0 | 1 | 2,
        retained: retained || (other?.retained ?? false),
      });
    }
    return [...found.values()];
  }
}

function resolve(connection: Connection, topic: string): readonly Route[] {
  const routes = connection.trie.match(topic).map((listener) => ({
    ...listener,
    params: listener.source.params(topic),
    key: listener.source.defaultKey(topic),
  }));
  if (connection.routes.size >= limits.topicCacheMax) connection.routes.clear();
  connection.routes.set(topic, routes);
  return routes;
}
