import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Access, type AccessOptions } from "../../runtime/auth/access.ts";
import { loginPage } from "../../runtime/auth/loginPage.ts";
import { Sessions } from "../../runtime/auth/sessions.ts";
import { openDatabase } from "../../runtime/data/database.ts";

const dayMs = 24 * 3600 * 1000;

function setUp(options: Partial<AccessOptions> = {}, path = mkdtempSync(join(tmpdir(), "millrace-auth-"))) {
  const clock = { now: 1_000_000 };
  const database = openDatabase(path);
  const sessions = new Sessions(database, () => clock.now);
  const access = new Access({ sessions, loopback: true, ...options });
  access.setPort(8420);
  return { path, database, access, clock, sessions };
}

function cookieOf(header: string | undefined): { cookie: string } {
  return { cookie: `theme=dark; ${header?.split(";")[0]}` };
}

test("the printed link logs in once", async () => {
  const { access } = setUp();
  const token = access.createLinkToken();
  expect(await access.redeemLink("guess")).toBeUndefined();
  const header = await access.redeemLink(token);
  expect(header).toMatch(
    /^millrace_session_8420=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
  );
  expect(access.identify(cookieOf(header))).toMatchObject({ by: "session" });
  expect(await access.redeemLink(token)).toBeUndefined();
});

test("two uses of the link at the same time log in once", async () => {
  const { access } = setUp();
  const token = access.createLinkToken();
  const headers = await Promise.all([access.redeemLink(token), access.redeemLink(token)]);
  expect(headers.filter(Boolean)).toHaveLength(1);
});

test("a session survives a restart and is not stored in the clear", async () => {
  const first = setUp();
  const header = await first.access.redeemLink(first.access.createLinkToken());
  await first.database.close();
  const token = header!.split(/[=;]/)[1]!;
  expect(readFileSync(join(first.path, "data.mdb")).includes(token)).toBe(false);
  const second = setUp({}, first.path);
  expect(second.access.identify(cookieOf(header))).toMatchObject({ by: "session" });
});

test("a session ends seven days after its last use", async () => {
  const { access, clock } = setUp();
  const header = await access.redeemLink(access.createLinkToken());
  clock.now += 6 * dayMs;
  const identity = access.identify(cookieOf(header));
  clock.now += 6 * dayMs;
  expect(access.isValid(identity)).toBe(true);
  access.identify(cookieOf(header));
  clock.now += 7 * dayMs;
  expect(access.isValid(identity)).toBe(false);
  expect(() => access.identify(cookieOf(header))).toThrow("the session has ended");
});

test("logging out ends the session everywhere", async () => {
  const { access } = setUp();
  const header = await access.redeemLink(access.createLinkToken());
  const identity = access.identify(cookieOf(header));
  expect(await access.logOut(identity)).toContain("Max-Age=0");
  expect(access.isValid(identity)).toBe(false);
  expect(() => access.identify(cookieOf(header))).toThrow("not logged in");
});

test("a session of another port is not mistaken for one of ours", async () => {
  const { access } = setUp();
  const header = await access.redeemLink(access.createLinkToken());
  access.setPort(9000);
  expect(() => access.identify(cookieOf(header))).toThrow("not logged in");
});

test("the token serves scripts and the login page, the password the login page alone", async () => {
  const { access } = setUp({ token: "tick-tock", password: "pass-word" });
  expect(access.identify({ authorization: "Bearer tick-tock" })).toEqual({ by: "token" });
  expect(() => access.identify({ authorization: "Bearer pass-word" })).toThrow("bearer token is wrong");
  expect(await access.logIn("tick-tock")).toBeDefined();
  expect(await access.logIn("pass-word")).toBeDefined();
  expect(await access.logIn("")).toBeUndefined();
});

test("without token and password nothing logs in, not even nothing", async () => {
  const { access } = setUp();
  expect(await access.logIn("")).toBeUndefined();
  expect(() => access.identify({ authorization: "Bearer " })).toThrow();
  expect(() => access.identify({})).toThrow();
});

test.each(["localhost:8420", "127.0.0.1", "[::1]:9000", "LOCALHOST"])(
  "the host %s is this machine",
  (host) => {
    expect(() => setUp().access.checkHost({ host })).not.toThrow();
  },
);

test.each(["evil.example:8420", "127.0.0.1.evil.example", "localhost.evil.example", ""])(
  "the host %j is foreign on loopback",
  (host) => {
    expect(() => setUp().access.checkHost({ host })).toThrow("answers to localhost only");
    expect(() => setUp({ loopback: false }).access.checkHost({ host })).not.toThrow();
  },
);

test("a change by cookie must come from a page of the same origin", () => {
  const { access } = setUp();
  const session = { by: "session", session: "s" } as const;
  const host = "localhost:8420";
  const check = (headers: object) => () => access.checkOrigin({ host, ...headers }, session);
  expect(check({ origin: "http://localhost:8420" })).not.toThrow();
  expect(check({ "sec-fetch-site": "same-origin" })).not.toThrow();
  expect(check({ origin: "http://localhost:3000" })).toThrow("another site");
  expect(check({ origin: "http://evil.example", "sec-fetch-site": "same-origin" })).toThrow("another site");
  expect(check({ origin: "null" })).toThrow("another site");
  expect(check({ "sec-fetch-site": "same-site" })).toThrow("another site");
  expect(check({})).toThrow("another site");
  expect(() => access.checkOrigin({ host }, { by: "token" })).not.toThrow();
});

test("the login page has a form only when there is something to type in", () => {
  expect(loginPage("fresh", true)).toContain("<form");
  expect(loginPage("link-used", false)).not.toContain("<form");
  expect(loginPage("link-used", false)).toContain("start Millrace again");
  expect(loginPage("wrong", true)).toContain("neither the token nor the password");
});
