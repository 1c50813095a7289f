import { afterEach, beforeEach, expect, test } from "vitest";
import { limits } from "../../runtime/auth/limits.ts";
import { type ApiServer, startApiServer, token } from "../api/apiServer.ts";

let api: ApiServer;
beforeEach(async () => {
  api = await startApiServer();
});
afterEach(() => api.stop());

function post(secret: string, headers: Record<string, string> = { Origin: api.url }) {
  return api.request("POST", "/login", {
    raw: new URLSearchParams({ secret }).toString(),
    headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers },
  });
}

function cookieOf(headers: Headers) {
  return { Cookie: headers.get("set-cookie")!.split(";")[0]! };
}

test("the printed link logs in, once", async () => {
  const link = `/login?token=${api.access.createLinkToken()}`;
  const first = await api.request("GET", link);
  expect(first.status).toBe(303);
  expect(first.headers.get("location")).toBe("/");
  expect(first.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Strict/);
  expect(await api.request("GET", "/api/flows", { headers: cookieOf(first.headers) })).toMatchObject({
    status: 200,
  });

  const second = await api.request("GET", link, { headers: { Authorization: "" } });
  expect(second.status).toBe(401);
  expect(second.text).toContain("This link has been used");
  expect(second.headers.get("set-cookie")).toBeNull();
  const again = await api.request("GET", link, { headers: cookieOf(first.headers) });
  expect(again.headers.get("location")).toBe("/");
});

test("the login page takes the token, from its own origin alone", async () => {
  expect((await api.request("GET", "/login")).text).toContain("<form");
  const right = await post(` ${token} `);
  expect(right.status).toBe(303);
  expect(await api.request("GET", "/api/flows", { headers: cookieOf(right.headers) })).toMatchObject({
    status: 200,
  });
  expect(await post("wrong")).toMatchObject({
    status: 401,
    text: expect.stringContaining("neither the token"),
  });
  expect(await post(token, { Origin: "http://evil.example" })).toMatchObject({ status: 403 });
  expect(await post(token, {})).toMatchObject({ status: 403 });
});

test("logging out ends the session", async () => {
  const session = cookieOf((await post(token)).headers);
  const out = await api.request("POST", "/logout", { headers: { ...session, Origin: api.url } });
  expect(out.headers.get("location")).toBe("/login");
  expect(await api.request("GET", "/api/flows", { headers: session })).toMatchObject({ status: 401 });
});

test("guessing is slowed down, whatever way it is tried", async () => {
  for (let n = 0; n < limits.failuresPerWindowMax; n++) await post("guess");
  expect(await post("guess")).toMatchObject({ status: 429 });
  expect(await post(token)).toMatchObject({ status: 429 });

  const bearer = () => api.request("GET", "/api/flows", { headers: { Authorization: "Bearer guess" } });
  const statuses: number[] = [];
  while (statuses.length < 50 && statuses.at(-1) !== 429) statuses.push((await bearer()).status);
  expect(statuses.at(-1)).toBe(429);
});
