import { afterEach, beforeEach, expect, test } from "vitest";
import { emptyFlow, type FlowDocument } from "../../runtime/core/flow/document.ts";
import { Refusal } from "../../runtime/protocol/refusal.ts";
import { type ApiServer, startApiServer } from "./apiServer.ts";

let api: ApiServer;
beforeEach(async () => {
  api = await startApiServer();
});
afterEach(() => api.stop());

const flow = emptyFlow("heat", "Heating");
const withInject: FlowDocument = {
  ...flow,
  nodes: [
    { id: "go", type: "inject", version: 1, config: {} },
    { id: "log", type: "debug", version: 1, config: {} },
  ],
  wires: ["go.out -> log.in"],
};
const match = (revision: number) => ({ "If-Match": `"${revision}"` });

test("a flow lives through create, save, deploy, undeploy, delete", async () => {
  const created = await api.request("POST", "/api/flows", { body: flow });
  expect(created).toMatchObject({
    status: 201,
    body: { summary: { id: "heat", revision: 1 } },
  });
  expect(created.headers.get("etag")).toBe('"1"');
  expect(created.headers.get("location")).toBe("/api/flows/heat");

  const saved = await api.request("PUT", "/api/flows/heat", { body: withInject, headers: match(1) });
  expect(saved).toMatchObject({ status: 200, body: { summary: { revision: 2, changed: true, nodes: 2 } } });
  expect(saved.headers.get("etag")).toBe('"2"');

  const deployed = await api.request("POST", "/api/flows/heat/deploy", {
    body: { onto: 0 },
    headers: match(2),
  });
  expect(deployed).toMatchObject({
    status: 200,
    body: { summary: { version: 1, live: true }, kept: ["go", "log"], reset: [] },
  });
  expect((await api.request("GET", "/api/flows/heat/deployed")).body).toEqual(withInject);
  const opened = await api.request("GET", "/api/flows/heat");
  expect(opened.body).toMatchObject({ draft: withInject, deployed: withInject, diagnostics: [] });
  expect(opened.headers.get("etag")).toBe('"2"');
  expect(opened.headers.get("cache-control")).toBe("no-store");
  expect((await api.request("GET", "/api/flows/heat/versions")).body).toMatchObject([
    { version: 1, nodes: 2 },
  ]);
  expect((await api.request("GET", "/api/flows/heat/versions/1")).body).toEqual(withInject);
  expect((await api.request("GET", "/api/flows")).body).toEqual([opened.body.summary]);

  expect(await api.request("POST", "/api/flows/heat/undeploy")).toMatchObject({
    status: 200,
    body: { live: false },
  });
  expect(await api.request("GET", "/api/flows/heat/deployed")).toMatchObject({
    status: 409,
    body: { code: "FLOW_NOT_LIVE" },
  });
  expect(await api.request("DELETE", "/api/flows/heat", { headers: match(2) })).toMatchObject({
    status: 204,
    text: "",
  });
  expect(await api.request("GET", "/api/flows/heat")).toMatchObject({
    status: 404,
    body: { code: "FLOW_UNKNOWN" },
  });
});

test("changes need the revision they are based on, and an old one is told what is there", async () => {
  await api.request("POST", "/api/flows", { body: flow });
  for (const [method, path, body] of [
    ["PUT", "/api/flows/heat", flow],
    ["DELETE", "/api/flows/heat", undefined],
    ["POST", "/api/flows/heat/deploy", { onto: 0 }],
  ] as const) {
    expect(await api.request(method, path, { body })).toMatchObject({
      status: 428,
      body: { code: "IF_MATCH_MISSING" },
    });
    expect(await api.request(method, path, { body, headers: { "If-Match": "1" } })).toMatchObject({
      status: 400,
    });
  }
  await api.request("PUT", "/api/flows/heat", { body: withInject, headers: match(1) });
  const stale = await api.request("PUT", "/api/flows/heat", {
    body: { ...flow, name: "B" },
    headers: match(1),
  });
  expect(stale).toMatchObject({
    status: 409,
    body: { code: "FLOW_CONFLICT", current: { revision: 2, version: 0 } },
  });
  const onto = await api.request("POST", "/api/flows/heat/deploy", { body: { onto: 3 }, headers: match(2) });
  expect(onto).toMatchObject({ status: 409, body: { current: { revision: 2, version: 0 } } });
});

test("an id in use is 409, a broken document 422 with its places", async () => {
  await api.request("POST", "/api/flows", { body: flow });
  expect(await api.request("POST", "/api/flows", { body: flow })).toMatchObject({
    status: 409,
    body: { code: "FLOW_EXISTS" },
  });
  const broken = await api.request("POST", "/api/flows", {
    body: { ...flow, id: "b", nodes: [{ id: "x" }] },
  });
  expect(broken).toMatchObject({ status: 422, body: { code: "FLOW_INVALID" } });
  expect(broken.body.diagnostics.length).toBeGreaterThan(0);
  const newer = await api.request("POST", "/api/flows", { body: { ...flow, id: "n", format: 99 } });
  expect(newer.body.diagnostics[0].code).toBe("FLOW_FORMAT_NEWER");
});

test("a deploy of a flow with mistakes is refused with the node and the field", async () => {
  const wrong = {
    ...flow,
    nodes: [
      { id: "go", type: "inject", version: 1, config: {} },
      { id: "mystery", type: "no-such-type", version: 1, config: {} },
    ],
  };
  await api.request("POST", "/api/flows", { body: wrong });
  const opened = await api.request("GET", "/api/flows/heat");
  expect(opened.body.diagnostics[0]).toMatchObject({ node: "mystery", code: "NODE_TYPE_UNKNOWN" });
  const refused = await api.request("POST", "/api/flows/heat/deploy", {
    body: { onto: 0 },
    headers: match(1),
  });
  expect(refused).toMatchObject({
    status: 422,
    body: { code: "FLOW_INVALID", diagnostics: [{ node: "mystery" }] },
  });
  const checked = await api.request("POST", "/api/validate", { body: wrong });
  expect(checked).toMatchObject({ status: 200, body: [{ node: "mystery" }] });
});

test("a document of 10,000 nodes is refused with a clear reason", async () => {
  const nodes = Array.from({ length: 10_000 }, (_, n) => ({
    id: `n${n}`,
    type: "debug",
    version: 1,
    config: {},
  }));
  const refused = await api.request("POST", "/api/flows", { body: { ...flow, nodes } });
  expect(refused.status).toBe(422);
  expect(refused.body.diagnostics.length).toBeLessThanOrEqual(100);
  expect(refused.body.message).toMatch(/2,?000/);
});

test("a button is pressed on the node of the live flow alone", async () => {
  await api.request("POST", "/api/flows", { body: withInject });
  const press = (node: string, body: unknown = {}) =>
    api.request("POST", `/api/flows/heat/nodes/${node}/inject`, { body });
  expect(await press("go")).toMatchObject({ status: 409, body: { code: "FLOW_NOT_LIVE" } });
  await api.request("POST", "/api/flows/heat/deploy", { body: { onto: 0 }, headers: match(1) });
  expect(await press("go", { payload: { on: true } })).toMatchObject({ status: 204 });
  expect(await press("go")).toMatchObject({ status: 204 });
  expect(api.injected).toEqual([
    ["heat", "go", { on: true }],
    ["heat", "go", undefined],
  ]);
  expect(await press("nowhere")).toMatchObject({ status: 404, body: { code: "NODE_UNKNOWN" } });
  expect(await press("log")).toMatchObject({ status: 400, body: { code: "BAD_REQUEST" } });
  expect((await api.request("GET", "/api/flows/heat/samples")).body).toHaveProperty("n1");
});

test("while the data plane is down a deploy says so and changes nothing", async () => {
  await api.request("POST", "/api/flows", { body: flow });
  api.planeError = new Refusal("DATA_PLANE_DOWN", "It restarts.");
  const refused = await api.request("POST", "/api/flows/heat/deploy", {
    body: { onto: 0 },
    headers: match(1),
  });
  expect(refused).toMatchObject({ status: 503, body: { code: "DATA_PLANE_DOWN" } });
  api.planeError = undefined;
  const deployed = await api.request("POST", "/api/flows/heat/deploy", {
    body: { onto: 0 },
    headers: match(1),
  });
  expect(deployed).toMatchObject({ status: 200, body: { summary: { version: 1 } } });
});

test("a deploy can be looked at beforehand, with a draft that is not saved", async () => {
  const preview = (body: unknown, id = "heat") =>
    api.request("POST", `/api/flows/${id}/deploy-preview`, { body });
  await api.request("POST", "/api/flows", { body: flow });
  expect(await preview(withInject)).toMatchObject({
    status: 200,
    body: {
      diagnostics: [],
      nodes: [
        { node: "go", fate: "kept", keys: 3 },
        { node: "log", fate: "kept", keys: 3 },
      ],
    },
  });
  expect((await api.request("GET", "/api/flows/heat")).body.draft.nodes).toEqual([]);
  expect(await preview({}, "heat")).toMatchObject({ status: 422, body: { code: "FLOW_INVALID" } });
  expect(await preview(withInject, "unknown")).toMatchObject({ status: 404 });
  api.planeError = new Refusal("DATA_PLANE_DOWN", "It restarts.");
  expect(await preview(withInject)).toMatchObject({ status: 503 });
});

test("a live flow is paused and resumed", async () => {
  const post = (what: string, body?: unknown) =>
    api.request("POST", `/api/flows/heat/${what}`, body === undefined ? {} : { body });
  await api.request("POST", "/api/flows", { body: withInject });
  expect(await post("pause")).toMatchObject({ status: 409, body: { code: "FLOW_NOT_LIVE" } });
  await api.request("POST", "/api/flows/heat/deploy", { body: { onto: 0 }, headers: match(1) });
  expect(await post("pause")).toMatchObject({ status: 200, body: { lag: { paused: true } } });
  expect((await api.request("GET", "/api/flows")).body).toMatchObject([{ lag: { paused: true } }]);
  expect(await post("resume", { missed: "some" })).toMatchObject({ status: 400 });
  const resumed = await post("resume", { missed: "skip" });
  expect(resumed).toMatchObject({ status: 200, body: { live: true } });
  expect(resumed.body).not.toHaveProperty("lag");
  expect(api.changed).toEqual(["pause heat", "resume heat skip"]);
});
