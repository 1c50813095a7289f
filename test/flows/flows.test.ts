import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Diagnostic } from "../../runtime/core/diagnostic.ts";
import { emptyFlow, type FlowDocument } from "../../runtime/core/flow/document.ts";
import { openDatabase } from "../../runtime/data/database.ts";
import type { DeployOutcome } from "../../runtime/flows/deployments.ts";
import { Flows } from "../../runtime/flows/flows.ts";
import { FlowStore, versionsKeptMax } from "../../runtime/flows/store.ts";
import { Refusal } from "../../runtime/protocol/refusal.ts";

/** Runs nothing; remembers what it was told to run. A flow named "bad" cannot be deployed. */
class FakeHost {
  readonly running = new Map<string, number>();

  down = false;

  async deploy(flow: FlowDocument, version: number): Promise<DeployOutcome> {
    if (this.down) throw new Refusal("DATA_PLANE_DOWN", "It restarts.");
    if (flow.name === "bad") return { diagnostics: [brokenNode], kept: [], reset: [] };
    this.running.set(flow.id, version);
    return { diagnostics: [], kept: ["a"], reset: ["b"] };
  }

  readonly told: string[] = [];

  async pause(flow: string): Promise<void> {
    this.told.push(`pause ${flow}`);
  }

  async resume(flow: string, missed: string): Promise<void> {
    this.told.push(`resume ${flow} ${missed}`);
  }

  async previewDeploy() {
    return { diagnostics: [], nodes: [] };
  }

  async undeploy(flow: string): Promise<void> {
    this.running.delete(flow);
  }
}

const brokenNode: Diagnostic = { severity: "error", code: "CONFIG", message: "Topic is empty.", node: "n1" };

function setUp(path = mkdtempSync(join(tmpdir(), "millrace-flows-"))) {
  const database = openDatabase(path);
  const store = new FlowStore(database);
  const host = new FakeHost();
  const changes: string[] = [];
  let time = 1000;
  const flows = new Flows({
    store,
    host,
    checks: {
      parse: (value) => {
        const flow = value as FlowDocument;
        return typeof flow.id === "string" ? { flow, diagnostics: [] } : { diagnostics: [brokenNode] };
      },
      validate: (flow) => (flow.name === "bad" ? [brokenNode] : []),
    },
    now: () => time++,
    onChange: (flow) => changes.push(flow),
  });
  return { path, database, store, host, flows, changes };
}

const flow = emptyFlow("heat", "Heating");
const renamed = (name: string): FlowDocument => ({ ...flow, name });

async function refusal(action: Promise<unknown> | (() => unknown)): Promise<Refusal> {
  try {
    await (typeof action === "function" ? action() : action);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

test("a created flow is a draft that is not live", async () => {
  const { flows, changes } = setUp();
  const { summary } = await flows.create(flow);
  expect(summary).toMatchObject({ id: "heat", revision: 1, version: 0, live: false, changed: true });
  expect(flows.open("heat")).toEqual({ summary, draft: flow, diagnostics: [] });
  expect(flows.list()).toEqual([summary]);
  expect(changes).toEqual(["heat"]);
});

test("an id in use is not created over", async () => {
  const { flows } = setUp();
  await flows.create(flow);
  expect(await refusal(flows.create(renamed("Other")))).toMatchObject({ code: "FLOW_EXISTS" });
  expect(flows.open("heat").draft.name).toBe("Heating");
});

test("a save based on an old revision is refused and tells what is there", async () => {
  const { flows } = setUp();
  await flows.create(flow);
  await flows.save("heat", 1, renamed("Mine"));
  const stale = await refusal(flows.save("heat", 1, renamed("Theirs")));
  expect(stale).toMatchObject({ code: "FLOW_CONFLICT", details: { current: { revision: 2, version: 0 } } });
  expect(flows.open("heat").draft.name).toBe("Mine");
});

test("of many saves onto one revision exactly one wins", async () => {
  const { flows } = setUp();
  await flows.create(flow);
  const names = ["a", "b", "c", "d", "e"];
  const results = await Promise.allSettled(names.map((name) => flows.save("heat", 1, renamed(name))));
  expect(results.filter((each) => each.status === "fulfilled")).toHaveLength(1);
  expect(flows.open("heat").summary.revision).toBe(2);
});

test("a save that was sent twice is no conflict", async () => {
  const { flows } = setUp();
  await flows.create(flow);
  await flows.save("heat", 1, renamed("Mine"));
  expect((await flows.save("heat", 1, renamed("Mine"))).summary.revision).toBe(2);
});

test("a draft with mistakes is saved, and opening it tells them; something else than a flow is refused", async () => {
  const { flows } = setUp();
  await flows.create(flow);
  await flows.save("heat", 1, renamed("bad"));
  expect(flows.open("heat").diagnostics).toEqual([brokenNode]);
  expect(await refusal(flows.save("heat", 2, { nonsense: true }))).toMatchObject({
    code: "FLOW_INVALID",
    details: { diagnostics: [brokenNode] },
  });
  expect(await refusal(flows.save("other", 2, flow))).toMatchObject({ code: "BAD_REQUEST" });
});

test("a deploy makes the draft live as the next version", async () => {
  const { flows, host } = setUp();
  await flows.create(flow);
  const result = await flows.deploy("heat", 1, 0);
  expect(result).toMatchObject({ kept: ["a"], reset: ["b"] });
  expect(result.summary).toMatchObject({ version: 1, live: true, changed: false });
  expect(host.running.get("heat")).toBe(1);
  expect(flows.deployed("heat")).toEqual(flow);
});

test("editing after a deploy changes the draft alone, and moving a card changes nothing that runs", async () => {
  const { flows } = setUp();
  await flows.create(flow);
  await flows.deploy("heat", 1, 0);
  await flows.save("heat", 1, { ...flow, layout: { n1: [16, 32] } });
  expect(flows.open("heat").summary.changed).toBe(false);
  await flows.save("heat", 2, renamed("New"));
  expect(flows.open("heat")).toMatchObject({ summary: { changed: true }, deployed: { name: "Heating" } });
});

test("a deploy of an unseen draft or onto an unseen version is refused", async () => {
  const { flows, host } = setUp();
  await flows.create(flow);
  await flows.save("heat", 1, renamed("Theirs"));
  expect(await refusal(flows.deploy("heat", 1, 0))).toMatchObject({ code: "FLOW_CONFLICT" });
  await flows.deploy("heat", 2, 0);
  const stale = await refusal(flows.deploy("heat", 2, 0));
  expect(stale).toMatchObject({ code: "FLOW_CONFLICT", details: { current: { revision: 2, version: 1 } } });
  expect(host.running.get("heat")).toBe(1);
});

test("of two deploys at the same time one is refused", async () => {
  const { flows } = setUp();
  await flows.create(flow);
  const results = await Promise.allSettled([flows.deploy("heat", 1, 0), flows.deploy("heat", 1, 0)]);
  expect(results.map((each) => each.status)).toEqual(["fulfilled", "rejected"]);
});

test("a refused deploy leaves the last version running", async () => {
  const { flows, host } = setUp();
  await flows.create(flow);
  await flows.deploy("heat", 1, 0);
  await flows.save("heat", 1, renamed("bad"));
  const refused = await refusal(flows.deploy("heat", 2, 1));
  expect(refused).toMatchObject({ code: "FLOW_INVALID", details: { diagnostics: [brokenNode] } });
  expect(refused.message).toBe('"bad" has a problem: n1: Topic is empty.');
  expect(host.running.get("heat")).toBe(1);
  expect(flows.deployed("heat").name).toBe("Heating");
});

test("an undeployed flow keeps its version count and comes back as the next one", async () => {
  const { flows, host } = setUp();
  await flows.create(flow);
  await flows.deploy("heat", 1, 0);
  expect(await flows.undeploy("heat")).toMatchObject({ live: false, version: 1 });
  expect(host.running.size).toBe(0);
  expect(await refusal(() => flows.deployed("heat"))).toMatchObject({ code: "FLOW_NOT_LIVE" });
  expect((await flows.deploy("heat", 1, 1)).summary).toMatchObject({ live: true, version: 2 });
});

test("a paused flow says so until it has caught up, and each change is news once", async () => {
  const { flows, host, changes } = setUp();
  await flows.create(flow);
  expect(await refusal(flows.pause("heat"))).toMatchObject({ code: "FLOW_NOT_LIVE" });
  await flows.deploy("heat", 1, 0);
  changes.length = 0;
  expect((await flows.pause("heat")).lag).toEqual({ paused: true, lagMessages: 0, lagMs: 0 });
  flows.deployments.setLags({ heat: { paused: true, lagMessages: 7, lagMs: 900 } });
  expect(flows.summary("heat").lag).toMatchObject({ lagMessages: 7 });
  expect((await flows.resume("heat", "catch up")).lag).toMatchObject({ paused: false, lagMessages: 7 });
  expect((await flows.pause("heat")).lag).toMatchObject({ paused: true, lagMessages: 7 });
  expect(await flows.resume("heat", "skip")).not.toHaveProperty("lag");
  expect(host.told).toEqual(["pause heat", "resume heat catch up", "pause heat", "resume heat skip"]);
  expect(changes).toEqual(["heat", "heat", "heat", "heat"]);
});

test("deleting stops the flow and needs the current revision", async () => {
  const { flows, host } = setUp();
  await flows.create(flow);
  await flows.deploy("heat", 1, 0);
  expect(await refusal(flows.remove("heat", 7))).toMatchObject({ code: "FLOW_CONFLICT" });
  await flows.remove("heat", 1);
  expect(host.running.size).toBe(0);
  expect(flows.list()).toEqual([]);
  expect(await refusal(() => flows.open("heat"))).toMatchObject({ code: "FLOW_UNKNOWN" });
  expect((await flows.create(flow)).summary.version).toBe(0);
});

test("the last versions are kept, newest first", async () => {
  const { flows } = setUp();
  await flows.create(flow);
  await flows.create(emptyFlow("heat-2", "Neighbour"));
  await flows.deploy("heat-2", 1, 0);
  const count = versionsKeptMax + 2;
  for (let n = 1; n <= count; n++) {
    await flows.save("heat", n, renamed(`v${n}`));
    await flows.deploy("heat", n + 1, n - 1);
  }
  const versions = flows.versions("heat");
  expect(versions).toHaveLength(versionsKeptMax);
  expect(versions[0]).toMatchObject({ version: count, name: `v${count}` });
  expect(flows.version("heat", 3).name).toBe("v3");
  expect(await refusal(() => flows.version("heat", 2))).toMatchObject({ code: "VERSION_UNKNOWN" });
  expect(flows.versions("heat-2")).toHaveLength(1);
});

test("after a restart everything is there and what was live runs again", async () => {
  const first = setUp();
  await first.flows.create(flow);
  await first.flows.deploy("heat", 1, 0);
  await first.flows.save("heat", 1, renamed("Draft"));
  await first.flows.create(emptyFlow("idle", "Idle"));
  const before = first.flows.list();
  await first.database.close();

  const second = setUp(first.path);
  await second.flows.deployments.resume();
  expect(second.flows.list()).toEqual(before);
  expect([...second.host.running]).toEqual([["heat", 1]]);
  await second.database.close();
});

test("a flow that no longer deploys at start is named with the reason", async () => {
  const first = setUp();
  await first.flows.create(flow);
  await first.flows.deploy("heat", 1, 0);
  const second = setUp();
  await second.store.create(renamed("bad"), 1);
  await second.store.recordDeploy(renamed("bad"), 1);
  await second.flows.deployments.resume();
  expect(second.flows.list()[0]).toMatchObject({ live: true, problem: "n1: Topic is empty." });
});

test("flows that the host missed while it was down are deployed when it is back, and only those", async () => {
  const first = setUp();
  await first.flows.create(flow);
  await first.flows.deploy("heat", 1, 0);
  await first.database.close();
  const { flows, host, database } = setUp(first.path);
  host.down = true;
  await flows.deployments.resume();
  expect(flows.summary("heat").problem).toBe("It restarts.");
  host.down = false;
  await flows.deployments.resume();
  expect(flows.summary("heat").problem).toBeUndefined();
  expect([...host.running]).toEqual([["heat", 1]]);
  host.running.clear();
  await flows.deployments.resume();
  expect(host.running.size).toBe(0);
  await database.close();
});

test("a flow that the host stopped by a fault says so until it runs again", async () => {
  const { flows, changes } = setUp();
  await flows.create(flow);
  await flows.deploy("heat", 1, 0);
  changes.length = 0;
  flows.deployments.setFaults(new Map([["heat", "n1: it broke"]]));
  flows.deployments.setFaults(new Map([["heat", "n1: it broke"]]));
  expect(flows.summary("heat").problem).toBe("n1: it broke");
  expect(flows.problem).toBe('"Heating" does not run: n1: it broke');
  flows.deployments.setFaults(new Map());
  expect(flows.problem).toBeUndefined();
  expect(changes).toEqual(["heat", "heat"]);
});

test("a document from a file that cannot be deployed is kept as a draft with the reason", async () => {
  const { flows, host } = setUp();
  expect(await refusal(flows.deployments.deployDocument(renamed("bad")))).toMatchObject({
    code: "FLOW_INVALID",
  });
  expect(flows.summary("heat")).toMatchObject({
    live: false,
    problem: '"bad" has a problem: n1: Topic is empty.',
  });
  await flows.deployments.deployDocument(flow);
  expect(flows.summary("heat")).toMatchObject({ live: true });
  expect(flows.summary("heat").problem).toBeUndefined();
  expect(host.running.size).toBe(1);
});

test("a document from a file wins, and is left alone while it is what runs", async () => {
  const { flows, host } = setUp();
  expect(await flows.deployments.deployDocument(flow)).toBe(true);
  expect(await flows.deployments.deployDocument(flow)).toBe(false);
  await flows.save("heat", 1, renamed("Edited here"));
  expect(await flows.deployments.deployDocument(renamed("From git"))).toBe(true);
  expect(flows.open("heat")).toMatchObject({
    draft: { name: "From git" },
    summary: { version: 2, changed: false },
  });
  expect(host.running.get("heat")).toBe(2);
});

test.each(["__proto__", "constructor", "toString"])("a flow may have the id %s", async (id) => {
  const { flows } = setUp();
  await flows.create(emptyFlow(id, "Heating"));
  await flows.deploy(id, 1, 0);
  expect(flows.summary(id).problem).toBeUndefined();
  expect(flows.problem).toBeUndefined();
});
