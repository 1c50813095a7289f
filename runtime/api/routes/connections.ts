/** Named MQTT connections. */
import Type from "typebox";
import { ConnectionDetail, ConnectionUpdate } from "../../protocol/http.ts";
import { limits } from "../limits.ts";
import { type Route, route } from "../route.ts";

export const connectionRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/connections",
    operation: "listConnections",
    summary: "All connections; secrets are never in an answer",
    tag: "connections",
    status: 200,
    answer: Type.Array(ConnectionDetail),
    refuses: [],
    handle: (_, { connections }) => ({ status: 200, body: connections.list() }),
  }),
  route({
    method: "get",
    path: "/api/connections/{name}",
    operation: "getConnection",
    summary: "A connection",
    tag: "connections",
    status: 200,
    answer: ConnectionDetail,
    refuses: ["CONNECTION_UNKNOWN"],
    handle: ({ params }, { connections }) => ({ status: 200, body: connections.get(params.name) }),
  }),
  route({
    method: "put",
    path: "/api/connections/{name}",
    operation: "putConnection",
    summary: "Add or change a connection; absent secrets stay, empty ones are removed",
    tag: "connections",
    body: { schema: ConnectionUpdate, bytesMax: limits.bodyBytesMax },
    status: 200,
    answer: ConnectionDetail,
    refuses: ["CONNECTION_BUILTIN", "CONNECTION_INVALID"],
    handle: async ({ params, body }, { connections }) => ({
      status: 200,
      body: await connections.put(params.name, body),
    }),
  }),
  route({
    method: "delete",
    path: "/api/connections/{name}",
    operation: "deleteConnection",
    summary: "Remove a connection that no live flow uses",
    tag: "connections",
    status: 204,
    refuses: ["CONNECTION_UNKNOWN", "CONNECTION_BUILTIN", "CONNECTION_IN_USE"],
    handle: async ({ params }, { connections }) => {
      await connections.remove(params.name);
      return { status: 204 };
    },
  }),
];
