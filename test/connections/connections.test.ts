import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createCipher, keyFromFile, keyFromSecret } from "../../runtime/connections/cipher.ts";
import { type Connection, Connections } from "../../runtime/connections/connections.ts";
import { openDatabase } from "../../runtime/data/database.ts";
import type { ConnectionConfig } from "../../runtime/protocol/http.ts";

const builtin: Connection = {
  config: {
    name: "default",
    url: "mqtt://localhost:1883",
    protocol: "5",
    keepaliveS: 30,
    persistentSession: true,
  },
  secrets: {},
  embedded: true,
};
const site: ConnectionConfig = {
  ...builtin.config,
  name: "site",
  url: "mqtts://broker.site:8883",
  username: "me",
};

function setUp(path = mkdtempSync(join(tmpdir(), "millrace-connections-")), secret = "one") {
  const database = openDatabase(path);
  const applied: (readonly Connection[])[] = [];
  const users: string[] = [];
  const connections = new Connections({
    database,
    cipher: createCipher(keyFromSecret(secret)),
    builtin,
    usersOf: (name) => (name === "site" ? users : []),
    apply: async (all) => void applied.push(all),
  });
  return { path, database, connections, applied, users };
}

test("a secret reaches the data plane and never comes back", async () => {
  const { connections, applied, path, database } = setUp();
  const answer = await connections.put("site", { config: site, secrets: { password: "hunter2" } });
  expect(answer).toEqual({ config: site, secretsSet: { password: true, key: false }, builtin: false });
  expect(applied.at(-1)).toEqual([
    builtin,
    { config: site, secrets: { password: "hunter2" }, embedded: false },
  ]);
  expect(JSON.stringify(connections.list())).not.toContain("hunter2");
  await database.close();
  expect(readFileSync(join(path, "data.mdb")).includes("hunter2")).toBe(false);
});

test("absent secrets stay, empty ones go", async () => {
  const { connections } = setUp();
  await connections.put("site", { config: site, secrets: { password: "p", key: "k" } });
  await connections.put("site", { config: { ...site, username: "you" }, secrets: { key: "" } });
  expect(connections.all()[1]).toEqual({
    config: { ...site, username: "you" },
    secrets: { password: "p" },
    embedded: false,
  });
});

test("secrets survive a restart, and with another key it says what to do", async () => {
  const first = setUp();
  await first.connections.put("site", { config: site, secrets: { password: "p" } });
  await first.database.close();
  const second = setUp(first.path);
  expect(second.connections.all()[1]?.secrets).toEqual({ password: "p" });
  await second.database.close();
  const third = setUp(first.path, "two");
  expect(third.connections.all()[1]?.secrets).toEqual({});
  expect(third.connections.get("site").problem).toMatch(/password cannot be decrypted.*Enter it again/);
});

test("the connection of the command line cannot be changed or removed", async () => {
  const { connections } = setUp();
  await expect(connections.put("default", { config: builtin.config })).rejects.toThrow("set at start");
  await expect(connections.remove("default")).rejects.toMatchObject({ code: "CONNECTION_BUILTIN" });
  expect(connections.list()).toMatchObject([{ builtin: true, config: { name: "default" } }]);
});

test.each([
  ["http://broker", "CONNECTION_INVALID"],
  ["nonsense", "CONNECTION_INVALID"],
  ["mqtt://me:pw@broker", "CONNECTION_INVALID"],
])("the address %s is refused", async (url, code) => {
  const { connections } = setUp();
  const refused = connections.put("site", { config: { ...site, url } });
  await expect(refused).rejects.toMatchObject({ code, message: expect.not.stringContaining("pw") });
});

test("a connection that a live flow uses is not removed", async () => {
  const { connections, users, applied } = setUp();
  await connections.put("site", { config: site });
  users.push("Heating");
  await expect(connections.remove("site")).rejects.toThrow('used by "Heating"');
  users.pop();
  await connections.remove("site");
  expect(applied.at(-1)).toEqual([builtin]);
  await expect(connections.remove("site")).rejects.toMatchObject({ code: "CONNECTION_UNKNOWN" });
});

test("an encrypted value belongs to its place and its key, and differs each time", () => {
  const cipher = createCipher(keyFromSecret("one"));
  const text = cipher.encrypt("hunter2", "site/password");
  expect(cipher.encrypt("hunter2", "site/password")).not.toBe(text);
  expect(cipher.decrypt(text, "site/password")).toBe("hunter2");
  expect(cipher.decrypt(text, "other/password")).toBeUndefined();
  expect(createCipher(keyFromSecret("two")).decrypt(text, "site/password")).toBeUndefined();
  expect(cipher.decrypt("AAAA", "site/password")).toBeUndefined();
});

test("the key file is made once, for this user alone, and nothing else is taken for a key", () => {
  const file = join(mkdtempSync(join(tmpdir(), "millrace-key-")), "secret.key");
  const key = keyFromFile(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(keyFromFile(file)).toEqual(key);
  writeFileSync(file, "short");
  expect(() => keyFromFile(file)).toThrow(`${file} should hold 32 bytes in base64`);
});
