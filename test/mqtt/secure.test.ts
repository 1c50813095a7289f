import { readFileSync } from "node:fs";
import { createServer as createPlainServer, type Server as PlainServer } from "node:net";
import { join } from "node:path";
import { createServer, type Server, type TlsOptions } from "node:tls";
import { Aedes, type AedesOptions } from "aedes";
import { afterEach, describe, expect, test, vi } from "vitest";
import { hasMosquitto, startAedes, startMosquitto } from "./brokers.ts";
import { filters, publishOf, TestConnection } from "./testConnection.ts";

const soon = { timeout: 15_000, interval: 5 };
const pem = (name: string) => readFileSync(join(import.meta.dirname, "certs", name), "utf8");
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A broker behind TLS. @returns its port */
async function startTls(options: TlsOptions = {}): Promise<number> {
  const aedes = await Aedes.createBroker();
  return listen(
    aedes,
    createServer({ key: pem("server.key"), cert: pem("server.crt"), ...options }, aedes.handle),
  );
}

/** A broker with rules of its own. @returns its port */
async function startPlain(options: AedesOptions): Promise<number> {
  const aedes = await Aedes.createBroker(options);
  return listen(aedes, createPlainServer(aedes.handle));
}

async function listen(aedes: Aedes, server: Server | PlainServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(async () => {
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP address");
  return address.port;
}

function open(config: ConstructorParameters<typeof TestConnection>[0], secrets = {}): TestConnection {
  const one = new TestConnection(config, secrets);
  closers.unshift(async () => void (await one.connection.stop()));
  return one;
}

describe("TLS", () => {
  test("with its CA a broker is trusted and messages pass", async () => {
    const port = await startTls();
    const one = open({ url: `mqtts://127.0.0.1:${port}`, tls: { ca: pem("ca.crt"), insecure: false } });
    one.connection.subscribe(filters("a"));
    await vi.waitFor(() => {
      one.connection.publish(publishOf("a", "secret"));
      expect(one.texts).toContain("secret");
    }, soon);
  });

  test("without its CA it is not, and the status says what to do", async () => {
    const port = await startTls();
    const one = open({ url: `mqtts://127.0.0.1:${port}` });
    await vi.waitFor(
      () =>
        expect(one.error).toMatch(`the certificate of 127.0.0.1:${port} is not signed by a known authority`),
      soon,
    );
    expect(one.error).toMatch("trying again in");
  });

  test("insecure accepts any certificate", async () => {
    const port = await startTls();
    const one = open({ url: `mqtts://127.0.0.1:${port}`, tls: { insecure: true } });
    await vi.waitFor(() => expect(one.state).toBe("connected"), soon);
  });

  test("a certificate for another host is refused, unless the server name says so", async () => {
    const port = await startTls();
    const tls = { ca: pem("ca.crt"), insecure: false };
    const wrong = open({ url: `mqtts://127.0.0.1:${port}`, tls: { ...tls, serverName: "other.example" } });
    await vi.waitFor(() => expect(wrong.error).toMatch("is for another host"), soon);
    const right = open({ url: `mqtts://127.0.0.1:${port}`, tls: { ...tls, serverName: "localhost" } });
    await vi.waitFor(() => expect(right.state).toBe("connected"), soon);
  });

  test("a broker that asks for a client certificate gets it, and without one the status says so", async () => {
    const port = await startTls({ requestCert: true, rejectUnauthorized: true, ca: pem("ca.crt") });
    const tls = { ca: pem("ca.crt"), insecure: false };
    const without = open({ url: `mqtts://127.0.0.1:${port}`, tls });
    await vi.waitFor(() => expect(without.error).toMatch("asks for a client certificate"), soon);
    const url = `mqtts://127.0.0.1:${port}`;
    const one = open({ url, tls: { ...tls, cert: pem("client.crt") } }, { key: pem("client.key") });
    await vi.waitFor(() => expect(one.state).toBe("connected"), soon);
  });

  test("mqtts:// to a port without TLS is told", async () => {
    const broker = await startAedes();
    closers.push(() => broker.stop());
    const one = open({ url: `mqtts://127.0.0.1:${broker.port}` });
    await vi.waitFor(() => expect(one.error).toMatch(`127.0.0.1:${broker.port}`), soon);
    expect(one.state).toBe("disconnected");
  });
});

describe("user and password", () => {
  test("right ones connect; wrong ones are told, and tried again", async () => {
    const port = await startPlain({
      authenticate: (_client, user, password, done) => {
        if (user === "plant" && password?.toString() === "right") done(null, true);
        else done(Object.assign(new Error("no"), { returnCode: 4 }), null);
      },
    });
    const url = `mqtt://127.0.0.1:${port}`;
    const right = open({ url, username: "plant", clientId: "right" }, { password: "right" });
    await vi.waitFor(() => expect(right.state).toBe("connected"), soon);
    const wrong = open({ url, username: "plant", clientId: "wrong" }, { password: "wrong" });
    await vi.waitFor(
      () =>
        expect(wrong.error).toMatch(`user name or password refused by 127.0.0.1:${port}; trying again in`),
      soon,
    );
  });

  // The embedded broker speaks MQTT 3.1.1 alone: this one needs mosquitto, where it is installed.
  const testOnMosquitto = hasMosquitto ? test : () => undefined;
  testOnMosquitto("an MQTT 5 broker that refuses a user is told in the same words", async () => {
    const broker = await startMosquitto(0, ["allow_anonymous false", "password_file @/users"], { users: "" });
    closers.push(() => broker.stop());
    const one = open({ url: `mqtt://127.0.0.1:${broker.port}`, protocol: "5" });
    await vi.waitFor(
      () => expect(one.error).toMatch(/does not allow this user|user name or password refused/),
      soon,
    );
  });
});

test("a filter the broker does not allow is named, and the others work", async () => {
  const port = await startPlain({
    authorizeSubscribe: (_client, sub, done) => done(null, sub.topic.startsWith("secret/") ? null : sub),
  });
  const one = open({ url: `mqtt://127.0.0.1:${port}` });
  one.connection.subscribe(filters("secret/#", "open/#"));
  await vi.waitFor(() => {
    one.connection.publish(publishOf("open/a", "passes"));
    expect(one.texts).toContain("passes");
  }, soon);
  expect(one.error).toBe("the broker refused to subscribe to secret/#");
});
