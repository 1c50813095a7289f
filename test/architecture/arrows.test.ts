import { describe, expect, test } from "vitest";
import { forbiddenImports } from "./arrows.ts";
import { readSources } from "./sources.ts";

test("imports follow the arrows", () => {
  const sources = readSources(["runtime", "nodes", "editor", "examples", "bench", "test"]);
  expect(sources.length).toBeGreaterThan(20);
  expect(forbiddenImports(sources)).toEqual([]);
});

describe("the check itself", () => {
  test.each([
    ["runtime/core/plan/x.ts", 'import fs from "node:fs";'],
    ["runtime/core/plan/x.ts", 'import { readFile } from "fs/promises";'],
    ["runtime/core/plan/x.ts", 'import express from "express";'],
    ["runtime/core/plan/x.ts", 'import type { Flow } from "../../flows/store.ts";'],
    ["runtime/core/plan/x.ts", 'export * from "../../flows/store.ts";'],
    ["runtime/core/plan/x.ts", 'const later = () => import("../../flows/store.ts");'],
    ["nodes/x.ts", 'import { derive } from "../runtime/core/message.ts";'],
    ["nodes/x.ts", 'import Type from "typebox";'],
    ["runtime/protocol/x.ts", 'import { formatFlow } from "../core/flow/document.ts";'],
    ["runtime/api/x.ts", 'import { store } from "../flows/store.ts";'],
    ["runtime/api/x.ts", 'import { nodeTypes } from "../../nodes/index.ts";'],
    ["editor/model/x.ts", 'import { useState } from "react";'],
    ["editor/model/x.ts", 'import { Canvas } from "../canvas/Canvas.tsx";'],
    ["editor/panels/x.tsx", 'import { store } from "../../runtime/flows/store.ts";'],
    ["editor/panels/x.tsx", 'import { threshold } from "../../nodes/threshold.ts";'],
    ["editor/live/x.ts", 'import { draft } from "../model/draft.ts";'],
    ["runtime/api/x.ts", 'import { createHarness } from "../../test/harness/operatorHarness.ts";'],
    ["runtime/newcomer/x.ts", 'import "../core/api.ts";'],
  ])("%s: finds %s", (path, text) => {
    expect(forbiddenImports([{ path, text }])).toHaveLength(1);
  });

  test.each([
    ["runtime/core/plan/x.ts", 'import Type from "typebox"; import { derive } from "../message.ts";'],
    ["nodes/x.ts", 'import { derive } from "../runtime/core/api.ts"; import { y } from "./y.ts";'],
    ["runtime/protocol/x.ts", 'import { type Message } from "../core/message.ts";'],
    ["runtime/api/x.ts", 'import express from "express"; import { flow } from "../protocol/http.ts";'],
    [
      "runtime/main.ts",
      'import { nodeTypes } from "../nodes/index.ts"; import { api } from "./api/server.ts";',
    ],
    ["editor/panels/x.tsx", 'import "@mantine/core/styles.css"; import { draft } from "../model/draft.ts";'],
  ])("%s: lets %s pass", (path, text) => {
    expect(forbiddenImports([{ path, text }])).toEqual([]);
  });
});
