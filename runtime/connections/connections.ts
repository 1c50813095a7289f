/**
 * Named MQTT connections with their secrets. Secrets go in and reach the data plane; they never leave by the API.
 *
 * lmdb database: `connections` name → StoredConnection
 */
import type { Database, RootDatabase } from "lmdb";
import type {
  ConnectionConfig,
  ConnectionDetail,
  ConnectionSecrets,
  ConnectionUpdate,
} from "../protocol/http.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { Cipher } from "./cipher.ts";

/** A connection as the data plane needs it. */
export interface Connection {
  readonly config: ConnectionConfig;
  readonly secrets: ConnectionSecrets;
  /** It leads to the broker that runs inside Millrace. */
  readonly embedded: boolean;
}

interface StoredConnection {
  readonly config: ConnectionConfig;
  /** Encrypted. */
  readonly secrets: Readonly<Partial<Record<SecretName, string>>>;
}

type SecretName = keyof ConnectionSecrets & string;
const secretNames = ["password", "key"] as const satisfies readonly SecretName[];

export interface ConnectionsOptions {
  readonly database: RootDatabase;
  readonly cipher: Cipher;
  /** From the command line: the embedded broker or `--mqtt`. Hides a stored one of the same name. */
  readonly builtin: Connection;
  /** Names of live flows that use a connection. */
  readonly usersOf: (name: string) => readonly string[];
  /** Called with all of them after every change. */
  readonly apply: (connections: readonly Connection[]) => Promise<void>;
}

export class Connections {
  readonly #root: RootDatabase;
  readonly #stored: Database<StoredConnection, string>;
  readonly #options: ConnectionsOptions;

  constructor(options: ConnectionsOptions) {
    this.#root = options.database;
    this.#stored = options.database.openDB({ name: "connections", encoding: "json" });
    this.#options = options;
  }

  list(): ConnectionDetail[] {
    const { builtin } = this.#options;
    return [describeBuiltin(builtin), ...this.#others().map((stored) => this.#describe(stored))];
  }

  /** @throws Refusal CONNECTION_UNKNOWN */
  get(name: string): ConnectionDetail {
    const found = this.list().find((each) => each.config.name === name);
    if (!found) throw unknownConnection(name);
    return found;
  }

  /** Everything the data plane needs. Secrets that cannot be read are left out; `list` says so. */
  all(): Connection[] {
    return [
      this.#options.builtin,
      ...this.#others().map(({ config, secrets }) => {
        return { config, secrets: this.#decrypt(config.name, secrets), embedded: false };
      }),
    ];
  }

  /** @throws Refusal CONNECTION_BUILTIN, CONNECTION_INVALID */
  async put(name: string, update: ConnectionUpdate): Promise<ConnectionDetail> {
    const { config, secrets = {} } = update;
    if (config.name !== name) {
      throw new Refusal(
        "BAD_REQUEST",
        `The connection is named "${config.name}", the address says "${name}".`,
      );
    }
    this.#refuseBuiltin(name);
    checkUrl(config.url);
    this.#root.transactionSync(() => {
      const kept: Partial<Record<SecretName, string>> = { ...this.#stored.get(name)?.secrets };
      for (const each of secretNames) {
        const value = secrets[each];
        if (value === "") delete kept[each];
        else if (value !== undefined) kept[each] = this.#options.cipher.encrypt(value, `${name}/${each}`);
      }
      this.#stored.putSync(name, { config, secrets: kept });
    });
    await this.#options.apply(this.all());
    return this.get(name);
  }

  /** @throws Refusal CONNECTION_UNKNOWN, CONNECTION_BUILTIN, CONNECTION_IN_USE */
  async remove(name: string): Promise<void> {
    this.#refuseBuiltin(name);
    if (!this.#stored.get(name)) throw unknownConnection(name);
    const users = this.#options.usersOf(name);
    if (users.length > 0) {
      const flows = users.map((each) => `"${each}"`).join(", ");
      throw new Refusal(
        "CONNECTION_IN_USE",
        `The connection "${name}" is used by ${flows}. Undeploy or change that first.`,
      );
    }
    this.#root.transactionSync(() => {
      this.#stored.removeSync(name);
    });
    await this.#options.apply(this.all());
  }

  #others(): StoredConnection[] {
    const { name } = this.#options.builtin.config;
    return [...this.#stored.getRange()]
      .map((entry) => entry.value)
      .filter((each) => each.config.name !== name);
  }

  #describe({ config, secrets }: StoredConnection): ConnectionDetail {
    const readable = this.#decrypt(config.name, secrets);
    const lost = secretNames.filter((each) => secrets[each] !== undefined && readable[each] === undefined);
    return {
      config,
      secretsSet: { password: secrets.password !== undefined, key: secrets.key !== undefined },
      builtin: false,
      ...(lost.length === 0
        ? {}
        : {
            problem: `The stored ${lost.join(" and ")} cannot be decrypted: the key file or MILLRACE_SECRET is another one than when it was entered. Enter it again.`,
          }),
    };
  }

  #decrypt(name: string, secrets: StoredConnection["secrets"]): ConnectionSecrets {
    const readable: ConnectionSecrets = {};
    for (const each of secretNames) {
      const text = secrets[each];
      const value = text === undefined ? undefined : this.#options.cipher.decrypt(text, `${name}/${each}`);
      if (value !== undefined) readable[each] = value;
    }
    return readable;
  }

  #refuseBuiltin(name: string): void {
    if (name !== this.#options.builtin.config.name) return;
    throw new Refusal(
      "CONNECTION_BUILTIN",
      `The connection "${name}" is set at start: use --mqtt URL, or add a connection with another name.`,
    );
  }
}

/** @throws Refusal CONNECTION_INVALID */
function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.hostname || !/^(mqtts?|wss?):$/.test(url.protocol)) {
    throw new Refusal(
      "CONNECTION_INVALID",
      "The address is not one of an MQTT broker. Give one such as mqtt://192.168.1.5:1883 (mqtt, mqtts, ws or wss).",
    );
  }
  if (url.username || url.password) {
    throw new Refusal(
      "CONNECTION_INVALID",
      "The address holds a user name or password. Put them into their own fields: there they are kept encrypted.",
    );
  }
}

function describeBuiltin({ config, secrets }: Connection): ConnectionDetail {
  return {
    config,
    secretsSet: { password: secrets.password !== undefined, key: secrets.key !== undefined },
    builtin: true,
  };
}

function unknownConnection(name: string): Refusal {
  return new Refusal("CONNECTION_UNKNOWN", `There is no connection named "${name}".`);
}
