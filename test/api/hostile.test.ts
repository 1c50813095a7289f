import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { limits } from "../../runtime/api/limits.ts";
import { emptyFlow } from "../../runtime/core/flow/document.ts";
import { type ApiServer, startApiServer, token } from "./apiServer.ts";

let api: ApiServer;
beforeAll(async () => {
  api = await startApiServer();
});
afterAll(() => api.stop());

async function cookie(): Promise<{ Cookie: string }> {
  const header = await api.access.redeemLink(api.access.createLinkToken());
  return { Cookie: header!.split(";")[0]! };
}

test("malformed JSON is told with its place", async () => {
  const answer = await api.request("POST", "/api/validate", { raw: '{\n "id": nope }' });
  expect(answer).toMatchObject({ status: 400, body: { code: "JSON_MALFORMED" } });
  expect(answer.body.message).toContain("line 2, column 8");
});

test.each([
  ["no body", { headers: { "Content-Type": "application/json" } }, 400, "JSON_MALFORMED"],
  ["not UTF-8", { raw: new Uint8Array([0x22, 0xff, 0x22]) }, 400, "JSON_MALFORMED"],
  ["too deep", { raw: "[".repeat(200_000) + "]".repeat(200_000) }, 400, "JSON_TOO_DEEP"],
  ["another type", { raw: "{}", headers: { "Content-Type": "text/plain" } }, 415, "BODY_NOT_JSON"],
  ["compressed", { raw: "{}", headers: { "Content-Encoding": "gzip" } }, 415, "BODY_NOT_JSON"],
  ["too large", { raw: `"${"x".repeat(limits.flowBytesMax)}"` }, 413, "BODY_TOO_LARGE"],
] as const)("a body that is %s is refused", async (_name, options, status, code) => {
  expect(await api.request("POST", "/api/validate", options)).toMatchObject({ status, body: { code } });
});

test.each([
  [{ onto: "0" }, "/onto must be integer"],
  [{ onto: -1 }, "/onto must be >= 0"],
  [{ onto: 0, force: true }, "the body has the unknown field force"],
  [[], "must be object"],
])("the body %j does not fit and says why", async (body, text) => {
  const answer = await api.request("POST", "/api/flows/heat/deploy", {
    body,
    headers: { "If-Match": '"1"' },
  });
  expect(answer).toMatchObject({ status: 400, body: { code: "BODY_INVALID" } });
  expect(answer.body.message).toContain(text);
});

test("a document with hostile keys pollutes nothing", async () => {
  const raw = JSON.stringify(emptyFlow("p", "P")).replace(
    "{",
    '{"__proto__":{"polluted":1},"constructor":{"x":1},',
  );
  await api.request("POST", "/api/validate", { raw });
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

test.each([
  "/api/nowhere",
  "/api/flows/a b",
  "/api/flows/..%2f..%2fetc",
  `/api/flows/${"x".repeat(2000)}`,
  "/api/flows/heat/versions/0",
])("%s is a JSON 404", async (path) => {
  expect(await api.request("GET", path)).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
});

test("a path that cannot be decoded is a JSON 400", async () => {
  expect(await api.request("GET", "/api/flows/%E0%A4%A")).toMatchObject({
    status: 400,
    body: { code: "BAD_REQUEST" },
  });
});

test("another method on a path tells which there are", async () => {
  const answer = await api.request("PATCH", "/api/flows", { body: {} });
  expect(answer).toMatchObject({ status: 405, body: { code: "METHOD_NOT_ALLOWED" } });
  expect(answer.headers.get("allow")).toBe("GET, POST");
});

test("nothing of the API answers without login", async () => {
  for (const [method, path] of [
    ["GET", "/api/flows"],
    ["POST", "/api/validate"],
    ["GET", "/api/openapi.json"],
    ["DELETE", "/api/dead-letters"],
  ] as const) {
    expect(await api.request(method, path, { headers: { Authorization: "" } })).toMatchObject({
      status: 401,
      body: { code: "NOT_LOGGED_IN" },
    });
    expect(await api.request(method, path, { headers: { Authorization: "Bearer wrong" } })).toMatchObject({
      status: 401,
    });
  }
});

test("a session reads from anywhere and changes from its own pages alone", async () => {
  const session = await cookie();
  expect(await api.request("GET", "/api/flows", { headers: session })).toMatchObject({ status: 200 });
  const change = (headers: Record<string, string>) =>
    api.request("POST", "/api/validate", { body: emptyFlow("a", "A"), headers: { ...session, ...headers } });
  expect(await change({ Origin: api.url })).toMatchObject({ status: 200 });
  expect(await change({ Origin: "http://evil.example" })).toMatchObject({
    status: 403,
    body: { code: "ORIGIN_FOREIGN" },
  });
  expect(await change({})).toMatchObject({ status: 403 });
});

test("a foreign Host is refused before anything else", async () => {
  const socket = connect(Number(api.host.split(":")[1]), "127.0.0.1");
  socket.write(
    `GET /api/flows HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
  );
  let text = "";
  socket.on("data", (data) => {
    text += data;
  });
  await once(socket, "close");
  expect(text).toContain("403 Forbidden");
  expect(text).toContain("HOST_FOREIGN");
});

test("every answer carries the headers that keep browsers honest", async () => {
  for (const path of ["/api/flows", "/login", "/health/live", "/api/nowhere"]) {
    const { headers } = await api.request("GET", path);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("access-control-allow-origin")).toBeNull();
  }
});

test("after all of that nothing was an error of ours", () => {
  expect(api.reported).toEqual([]);
});

test("many requests at a time with the right token are no guesses", async () => {
  const count = limits.wrongTokensPerWindowMax * 3;
  const raw = JSON.stringify({ ...emptyFlow("many", "Many"), description: "x".repeat(100_000) });
  const answers = await Promise.all(
    Array.from({ length: count }, () => api.request("POST", "/api/validate", { raw })),
  );
  expect(answers.map((each) => each.status)).toEqual(answers.map(() => 200));
});
