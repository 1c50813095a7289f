import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { limits } from "../../runtime/api/limits.ts";
import type { DeadLetter } from "../../runtime/core/engine/output.ts";
import { emptyFlow } from "../../runtime/core/flow/document.ts";
import { Refusal } from "../../runtime/protocol/refusal.ts";
import { type ApiServer, startApiServer } from "./apiServer.ts";

let api: ApiServer;
beforeAll(async () => {
  api = await startApiServer();
});
afterAll(() => api.stop());
beforeEach(() => {
  api.letters.clear({});
  api.replayed.length = 0;
  api.planeError = undefined;
});

const path = (id: string) => `/api/dead-letters/${encodeURIComponent(id)}`;

function letter(n: number, more: Partial<DeadLetter> = {}): DeadLetter {
  const message = { topic: "a/b", key: "b", time: n, params: {}, payload: n };
  return {
    id: `a/${n}.0`,
    flow: "a",
    node: "n",
    port: "in",
    code: "C",
    text: "t",
    at: n,
    ...message,
    ...more,
  };
}

test("they are listed newest first, a page at a time, of a flow or a node", async () => {
  api.letters.add([letter(1), letter(2, { node: "m" }), letter(3), letter(4, { id: "b/4.0", flow: "b" })]);
  const ids = async (query: string) => {
    const { body } = await api.request("GET", `/api/dead-letters${query}`);
    return [body.letters.map((each: DeadLetter) => each.id), body.total, body.next];
  };
  expect(await ids("")).toEqual([["b/4.0", "a/3.0", "a/2.0", "a/1.0"], 4, undefined]);
  expect(await ids("?flow=a&limit=2")).toEqual([["a/3.0", "a/2.0"], 3, "a/2.0"]);
  expect(await ids("?flow=a&limit=2&before=a%2F2.0")).toEqual([["a/1.0"], 3, undefined]);
  expect(await ids("?flow=a&node=m")).toEqual([["a/2.0"], 1, undefined]);
  for (const limit of ["0", "x", "", String(limits.deadLettersMax + 1)]) {
    expect(await api.request("GET", `/api/dead-letters?limit=${limit}`)).toMatchObject({
      status: 400,
      body: { code: "BAD_REQUEST" },
    });
  }
});

test("one is looked at whole and discarded, by an id that holds a slash", async () => {
  api.letters.add([letter(1, { payload: { long: "x".repeat(5_000) } })]);
  expect((await api.request("GET", path("a/1.0"))).body).toEqual(
    letter(1, { payload: { long: "x".repeat(5_000) } }),
  );
  expect(await api.request("DELETE", path("a/1.0"))).toMatchObject({ status: 204 });
  for (const method of ["GET", "DELETE"]) {
    expect(await api.request(method, path("a/1.0"))).toMatchObject({
      status: 404,
      body: { code: "DEAD_LETTER_UNKNOWN" },
    });
  }
  expect(await api.request("GET", path("no id"))).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
});

test("all of a flow are discarded, or all there are", async () => {
  api.letters.add([letter(1), letter(2, { id: "b/2.0", flow: "b" })]);
  expect(await api.request("DELETE", "/api/dead-letters?flow=a")).toMatchObject({ status: 204 });
  expect(api.letters.counts).toEqual({ b: 1 });
  expect(await api.request("DELETE", "/api/dead-letters")).toMatchObject({ status: 204 });
  expect(api.letters.total).toBe(0);
});

test("one is replayed, or why it is not is told", async () => {
  api.letters.add([letter(1)]);
  expect(await api.request("POST", `${path("a/1.0")}/replay`)).toMatchObject({ status: 202, text: "" });
  expect(api.replayed).toMatchObject([{ letter: "a/1.0", node: "n", port: "in", message: { payload: 1 } }]);
  expect(await api.request("POST", `${path("a/9.0")}/replay`)).toMatchObject({ status: 404 });
  api.letters.add([letter(2)]);
  api.planeError = new Refusal("FLOW_PAUSED", "This was not done: the flow is paused.");
  expect(await api.request("POST", `${path("a/2.0")}/replay`)).toMatchObject({
    status: 409,
    body: { code: "FLOW_PAUSED" },
  });
});

test("all of a live flow are replayed, and counted", async () => {
  const { port: _, ...fault } = letter(4);
  api.letters.add([letter(5), fault, letter(6)]);
  const replay = () => api.request("POST", "/api/flows/a/dead-letters/replay");
  expect(await replay()).toMatchObject({ status: 404, body: { code: "FLOW_UNKNOWN" } });
  await api.flows.create(emptyFlow("a", "A"));
  expect(await replay()).toMatchObject({ status: 409, body: { code: "FLOW_NOT_LIVE" } });
  await api.flows.deploy("a", 1, 0);
  expect(await replay()).toMatchObject({ status: 202, body: { replaying: 2, left: 1 } });
  expect(api.replayed.map((each) => each.letter)).toEqual(["a/5.0", "a/6.0"]);
});
