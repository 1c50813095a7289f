/**
 * What strangers try: pages of other sites, people without a login, and devices or files that carry script. Every
 * other test of this folder fails on an error in the console too, see stage.ts.
 */
import { request } from "node:http";
import { beforeAll, expect, test } from "vitest";
import WebSocket from "ws";
import { Outside } from "./devices.ts";
import { FlowList } from "./flowList.ts";
import { type Person, setStage } from "./stage.ts";

const stage = setStage();
let person: Person;
let cookie: string;
beforeAll(async () => {
  person = await stage.enter({ expectedErrors: /Content Security Policy/ });
  cookie = (await person.context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
});

test("every page forbids foreign and inline script, framing and sniffing", async () => {
  for (const path of ["/", "/login", "/api/flows", "/no/such/page"]) {
    const { headers } = await ask("GET", path, { cookie });
    const policy = String(headers["content-security-policy"]);
    expect(policy, path).toContain("default-src 'none'");
    expect(policy, path).toContain("frame-ancestors 'none'");
    expect(policy, path).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers["x-content-type-options"], path).toBe("nosniff");
    expect(headers["x-powered-by"], path).toBeUndefined();
  }
  const ran = await person.page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.hacked = true";
    document.head.append(script);
    return "hacked" in window;
  });
  expect(ran).toBe(false);
});

test("the session's cookie is out of reach for script and for other sites", async () => {
  const [session] = await person.context.cookies();
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
  expect(await person.page.evaluate(() => document.cookie)).toBe("");
});

test("no path of the API answers without a login", async () => {
  const { body } = await ask("GET", "/api/openapi.json", { cookie });
  const { paths } = JSON.parse(body) as { paths: Record<string, Record<string, unknown>> };
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => [method.toUpperCase(), path.replace(/\{[^}]+\}/g, "x")] as const),
  );
  const guarded = calls.filter(([, path]) => path.startsWith("/api/"));
  expect(guarded.length).toBeGreaterThan(15);
  for (const [method, path] of guarded) {
    expect((await ask(method, path, {})).status, `${method} ${path}`).toBe(401);
    expect((await ask(method, path, { cookie: "millrace=wrong" })).status, `${method} ${path}`).toBe(401);
  }
});

test("guessing tokens is slowed down, for nobody but who guesses", async () => {
  const guess = async () => (await ask("GET", "/api/flows", { authorization: "Bearer wrong" })).status;
  expect(await guess()).toBe(401);
  const guesses = await Promise.all(Array.from({ length: 30 }, guess));
  expect(guesses).toContain(429);
  expect((await ask("GET", "/api/flows", { cookie })).status).toBe(200);
});

test("a write with the session's cookie is refused when another site sends it", async () => {
  const flow = { format: 1, id: "theirs", name: "Theirs", nodes: [], wires: [], layout: {}, tests: [] };
  const write = (headers: Record<string, string>) =>
    ask(
      "POST",
      "/api/flows",
      { cookie, "content-type": "application/json", ...headers },
      JSON.stringify(flow),
    );
  for (const origin of [
    "https://evil.example",
    "null",
    stage.runtime.url.replace("127.0.0.1", "localhost"),
  ]) {
    expect((await write({ origin })).status, origin).toBe(403);
  }
  expect((await write({})).status, "no origin at all").toBe(403);
  expect((await write({ origin: stage.runtime.url, host: "evil.example" })).status, "rebound name").toBe(403);
  expect((await write({ origin: stage.runtime.url })).status).toBe(201);
});

test("the live feed opens only for a page of ours with a session", async () => {
  const { url } = stage.runtime;
  expect(await knock({})).toBe(401);
  expect(await knock({ origin: url })).toBe(401);
  expect(await knock({ origin: url, cookie: "millrace=wrong" })).toBe(401);
  expect(await knock({ origin: "https://evil.example", cookie })).toBe(403);
  expect(await knock({ cookie })).toBe(403);
  expect(await knock({ origin: url, cookie })).toBe("open");
});

test("what devices and people write is shown as text, wherever it comes up", async () => {
  const evil = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;
  const { page } = person;
  await page.reload();
  await stage.visit(person);
  const list = new FlowList(page);
  const editor = await list.create(evil);
  await editor.addNode("MQTT in", { x: 160, y: 60 });
  await editor.fill("Topic", "evil/{device}");
  await editor.addNode("Debug", { x: 500, y: 60 });
  await editor.connect({ node: "MQTT in", port: "out" }, { node: "Debug", port: "in" });
  await editor.addNode("Comment", { x: 160, y: 240 });
  await editor.inspector.getByRole("textbox").last().fill(evil);
  await editor.deploy(1);
  const debug = await editor.drawerTab("Debug");
  const outside = await Outside.connect(stage.runtime.mqttUrl);
  try {
    await outside.publish("evil/<b>device<>", { [evil]: evil });
    await debug.getByText(evil.slice(0, 20)).first().waitFor();
    await outside.publish("evil/<b>device<>", evil);
  } finally {
    await outside.leave();
  }
  await (await editor.drawerTab("Dead letters")).getByText("<b>device<>").first().waitFor();
  await editor.select("MQTT in");
  await editor.inspectorTab("Live");
  await editor.inspector.getByText(evil.slice(0, 20)).first().waitFor();
  await list.show();
  await list.row(evil).waitFor();
  expect(await page.locator("img, script:not([src])").count()).toBe(0);
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
});

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** A request with exactly these headers: browsers and fetch set some of them themselves. */
function ask(method: string, path: string, headers: Record<string, string>, body = ""): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${stage.runtime.url}${path}`, { method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: text }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Tries to open the live feed. @returns what came of it, or the status of the refusal */
function knock(headers: Record<string, string>): Promise<"open" | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${stage.runtime.url.replace("http", "ws")}/api/live`, { headers });
    socket.on("open", () => {
      socket.close();
      resolve("open");
    });
    socket.on("unexpected-response", (sent, response) => {
      sent.destroy();
      resolve(response.statusCode!);
    });
    socket.on("error", reject);
  });
}
