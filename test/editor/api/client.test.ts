import { describe, expect, it, vi } from "vitest";
import { ApiProblem } from "../../../editor/api/ApiProblem.ts";
import { ApiClient } from "../../../editor/api/client.ts";
import { emptyFlow } from "../../../runtime/core/flow/document.ts";

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A client whose server gives the same answer to everything, and what was asked of it. */
function clientWith(answer: () => Response | Promise<Response>) {
  const sent: Sent[] = [];
  const onSessionExpired = vi.fn();
  const client = new ApiClient({
    onSessionExpired,
    fetch: async (path, init = {}) => {
      const body = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
      sent.push({
        method: init.method ?? "GET",
        path: String(path),
        headers: new Headers(init.headers),
        body,
      });
      return answer();
    },
  });
  return { client, sent, onSessionExpired };
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status });
}

async function problemOf(call: Promise<unknown>): Promise<ApiProblem> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(ApiProblem);
  return outcome as ApiProblem;
}

describe("ApiClient", () => {
  it("saves onto the revision it started from", async () => {
    const { client, sent } = clientWith(() => json(200, { summary: { revision: 8 }, diagnostics: [] }));
    const saved = await client.saveFlow(emptyFlow("f-1", "Flow"), 7);
    expect(saved.summary.revision).toBe(8);
    expect(sent[0]).toMatchObject({ method: "PUT", path: "/api/flows/f-1", body: { id: "f-1" } });
    expect(sent[0]?.headers.get("If-Match")).toBe('"7"');
  });

  it("deploys the reviewed revision onto the version last seen", async () => {
    const { client, sent } = clientWith(() => json(200, {}));
    await client.deployFlow("f-1", 7, 14);
    expect(sent[0]).toMatchObject({ method: "POST", path: "/api/flows/f-1/deploy", body: { onto: 14 } });
    expect(sent[0]?.headers.get("If-Match")).toBe('"7"');
  });

  it("deletes the revision that was shown", async () => {
    const { client, sent } = clientWith(() => new Response(null, { status: 204 }));
    expect(await client.deleteFlow("f-1", 3)).toBeUndefined();
    expect(sent[0]?.headers.get("If-Match")).toBe('"3"');
  });

  it("keeps names that look like paths in their place", async () => {
    const { client, sent } = clientWith(() => json(200, {}));
    await client.getFlow("../status");
    expect(sent[0]?.path).toBe("/api/flows/..%2Fstatus");
  });

  it("leaves the payload of an inject to the node unless one is given", async () => {
    const { client, sent } = clientWith(() => new Response(null, { status: 204 }));
    await client.inject("f", "n1");
    await client.inject("f", "n1", null);
    expect(sent.map((each) => each.body)).toEqual([{}, { payload: null }]);
  });

  it("tells a conflict with what is there now", async () => {
    const current = { revision: 9, version: 15 };
    const { client } = clientWith(() =>
      json(409, { code: "FLOW_CONFLICT", message: "v15 was deployed.", current }),
    );
    const problem = await problemOf(client.deployFlow("f", 7, 14));
    expect(problem).toMatchObject({
      status: 409,
      code: "FLOW_CONFLICT",
      message: "v15 was deployed.",
      current,
    });
    expect(problem.conflict).toBe(true);
  });

  it("carries the diagnostics of a refused flow", async () => {
    const diagnostics = [{ severity: "error", code: "X", message: "No.", node: "n1", field: "/value" }];
    const { client } = clientWith(() =>
      json(422, { code: "FLOW_INVALID", message: "Not a flow.", diagnostics }),
    );
    expect((await problemOf(client.deployFlow("f", 1, 0))).diagnostics).toEqual(diagnostics);
  });

  it("asks for a new login once the session has ended", async () => {
    const { client, onSessionExpired } = clientWith(() =>
      json(401, { code: "UNAUTHENTICATED", message: "Log in." }),
    );
    expect((await problemOf(client.listFlows())).status).toBe(401);
    expect(onSessionExpired).toHaveBeenCalledOnce();
  });

  it("tells no answer from a refusal", async () => {
    const { client, onSessionExpired } = clientWith(() => Promise.reject(new TypeError("fetch failed")));
    const problem = await problemOf(client.listFlows());
    expect(problem).toMatchObject({ status: 0, code: "OFFLINE", offline: true });
    expect(onSessionExpired).not.toHaveBeenCalled();
  });

  it("names the status when a proxy answers with a page of its own", async () => {
    const { client } = clientWith(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));
    const problem = await problemOf(client.listFlows());
    expect(problem.code).toBe("UNREADABLE_ANSWER");
    expect(problem.message).toContain("502");
  });

  it("does not take a page for an answer", async () => {
    const { client } = clientWith(() => new Response("<html></html>", { status: 200 }));
    expect((await problemOf(client.listFlows())).code).toBe("UNREADABLE_ANSWER");
  });
});
