/** The API on a free port with real stores in a temporary folder, and a data plane that runs nothing. */

import { mkdtempSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeTypes } from "../../nodes/index.ts";
import { createApp } from "../../runtime/api/app.ts";
import { editorFiles } from "../../runtime/api/editorFiles.ts";
import { closeServer, listen } from "../../runtime/api/listen.ts";
import { describeNodes } from "../../runtime/api/nodeDescriptions.ts";
import { Access } from "../../runtime/auth/access.ts";
import { isLoggedIn, loginRoutes } from "../../runtime/auth/loginRoutes.ts";
import { Sessions } from "../../runtime/auth/sessions.ts";
import { createCipher, keyFromSecret } from "../../runtime/connections/cipher.ts";
import { Connections } from "../../runtime/connections/connections.ts";
import { createCatalogue } from "../../runtime/core/catalogue.ts";
import { hasErrors } from "../../runtime/core/diagnostic.ts";
import type { ReplayInput } from "../../runtime/core/engine/input.ts";
import { expressionLimits } from "../../runtime/core/expression/limits.ts";
import { parseFlow } from "../../runtime/core/flow/parse.ts";
import { fillDefaults } from "../../runtime/core/plan/config.ts";
import { validateFlow } from "../../runtime/core/plan/validate.ts";
import { openDatabase } from "../../runtime/data/database.ts";
import { Flows } from "../../runtime/flows/flows.ts";
import { FlowStore } from "../../runtime/flows/store.ts";
import { platform } from "../../runtime/plane/platform.ts";
import type { SystemStatus } from "../../runtime/protocol/live.ts";
import { DeadLetters } from "../../runtime/telemetry/deadLetters.ts";
import { Replays, unknownLetter } from "../../runtime/telemetry/replays.ts";

export const token = "a-token-for-tests";

export interface ApiServer {
  readonly url: string;
  readonly host: string;
  readonly server: Server;
  readonly access: Access;
  readonly flows: Flows;
  readonly injected: unknown[];
  /** Flows that the data plane was told to pause and resume. */
  readonly changed: readonly string[];
  readonly letters: DeadLetters;
  /** What the data plane was given to replay. */
  readonly replayed: ReplayInput[];
  /** Errors of ours that were reported. */
  readonly reported: unknown[];
  /** Why it is not ready; set it. */
  unready: string | undefined;
  /** Makes the data plane refuse everything. */
  planeError: Error | undefined;
  /** With the bearer token unless headers say otherwise. */
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  stop(): Promise<void>;
}

export interface RequestOptions {
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Uint8Array;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
}

export const status: SystemStatus = {
  at: 1,
  connections: [],
  inputsPerSecond: 0,
  lag: 0,
  behind: {},
  drops: {},
  deadLetters: {},
  dataPlane: "running",
  expressionLimits,
};

export async function startApiServer(editorFolder = "/nonexistent"): Promise<ApiServer> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-api-"));
  const database = openDatabase(folder);
  const catalogue = createCatalogue(nodeTypes);
  const refuseWhenDown = () => {
    if (running.planeError) throw running.planeError;
  };
  const changed: string[] = [];
  const flows = new Flows({
    store: new FlowStore(database),
    checks: { parse: parseFlow, validate: (flow) => validateFlow(flow, catalogue, platform) },
    host: {
      deploy: async (flow) => {
        refuseWhenDown();
        const diagnostics = validateFlow(flow, catalogue, platform);
        const kept = hasErrors(diagnostics) ? [] : flow.nodes.map((each) => each.id);
        return { diagnostics, kept, reset: [] };
      },
      previewDeploy: async (flow) => {
        refuseWhenDown();
        const nodes = flow.nodes.map(({ id }) => ({ node: id, fate: "kept" as const, keys: 3 }));
        return { diagnostics: validateFlow(flow, catalogue, platform), nodes };
      },
      pause: async (flow) => {
        refuseWhenDown();
        changed.push(`pause ${flow}`);
      },
      resume: async (flow, missed) => {
        refuseWhenDown();
        changed.push(`resume ${flow} ${missed}`);
      },
      undeploy: async () => refuseWhenDown(),
    },
    now: Date.now,
    onChange: () => undefined,
  });
  const connections = new Connections({
    database,
    cipher: createCipher(keyFromSecret("tests")),
    builtin: {
      config: {
        name: "default",
        url: "mqtt://127.0.0.1:1",
        protocol: "3.1.1",
        keepaliveS: 30,
        persistentSession: true,
      },
      secrets: {},
      embedded: true,
    },
    usersOf: (name) => flows.usersOf(name),
    apply: async () => undefined,
  });
  const access = new Access({ sessions: new Sessions(database, Date.now), loopback: true, token });
  const injected: unknown[] = [];
  const letters = new DeadLetters(database);
  const replayed: ReplayInput[] = [];
  const replays = new Replays(letters, async (_flow, inputs) => {
    refuseWhenDown();
    replayed.push(...inputs);
    return inputs.map((each) => each.letter);
  });
  const reported: unknown[] = [];
  const app = createApp({
    services: {
      flows,
      connections,
      plane: {
        status: () => status,
        samples: async () => ({ n1: { inputs: {}, outputs: {}, failed: 0, drops: {} } }),
        inject: async (...press) => {
          refuseWhenDown();
          injected.push(press);
        },
      },
      letters: {
        page: (query, limit, before) => letters.page(query, limit, before),
        get: (id) => {
          const found = letters.get(id);
          if (!found) throw unknownLetter(id);
          return found;
        },
        discard: (id) => {
          if (!letters.discard(id)) throw unknownLetter(id);
        },
        clear: (query) => letters.clear(query),
        replay: (id) => replays.replay(id),
        replayAll: (flow, query) => replays.replayAll(flow, query),
      },
      nodes: describeNodes(nodeTypes, (type) => fillDefaults(type.config, {})),
      templates: [],
      unready: () => running.unready,
    },
    gate: access,
    login: loginRoutes(access),
    editor: editorFiles(editorFolder, (request) => isLoggedIn(access, request)),
    version: "0.0.0",
    report: (_what, error) => reported.push(error),
  });
  const server = createServer(app);
  const port = await listen(server, "127.0.0.1", 0);
  access.setPort(port);
  const url = `http://127.0.0.1:${port}`;
  const running: ApiServer = {
    url,
    host: `127.0.0.1:${port}`,
    server,
    access,
    flows,
    injected,
    changed,
    letters,
    replayed,
    reported,
    unready: undefined,
    planeError: undefined,
    request: async (method, path, options = {}) => {
      const { body, raw, headers } = options;
      const response = await fetch(url + path, {
        method,
        redirect: "manual",
        headers: {
          ...(headers?.Cookie === undefined ? { Authorization: `Bearer ${token}` } : {}),
          ...(body !== undefined || raw !== undefined ? { "Content-Type": "application/json" } : {}),
          ...headers,
        },
        ...(raw !== undefined
          ? { body: raw as BodyInit }
          : body !== undefined
            ? { body: JSON.stringify(body) }
            : {}),
      });
      const text = await response.text();
      const isJson = response.headers.get("content-type")?.startsWith("application/json");
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson ? JSON.parse(text) : undefined,
      };
    },
    stop: async () => {
      await closeServer(server);
      await database.close();
    },
  };
  return running;
}
