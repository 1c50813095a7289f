import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { version } from "../../package.json";
import { describeApi } from "../../runtime/api/openapi.ts";
import { allRoutes } from "../../runtime/api/routes.ts";

const file = new URL("../../docs/openapi.json", import.meta.url);
const text = `${JSON.stringify(describeApi(allRoutes(version), version), null, 2)}\n`;

test("docs/openapi.json is what the routes say; MILLRACE_REWRITE=1 rewrites it", () => {
  if (process.env.MILLRACE_REWRITE) writeFileSync(file, text);
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("every reference leads to a schema, and every operation has a name of its own", () => {
  const document = JSON.parse(text);
  const references = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((found) => found[1]!);
  expect(references.length).toBeGreaterThan(50);
  for (const name of references) expect(document.components.schemas).toHaveProperty(name);
  const operations = allRoutes(version).map((each) => each.operation);
  expect(new Set(operations).size).toBe(operations.length);
});

test("an operation tells its parameters, its body and what it refuses", () => {
  const { put } = JSON.parse(text).paths["/api/flows/{id}"];
  expect(put.parameters.map((each: { name: string }) => each.name)).toEqual(["id", "If-Match"]);
  expect(put.requestBody.content["application/json"].schema).toEqual({
    $ref: "#/components/schemas/FlowDocument",
  });
  expect(put.responses["200"].content["application/json"].schema).toEqual({
    $ref: "#/components/schemas/SaveResult",
  });
  expect(put.responses["409"].description).toBe("FLOW_CONFLICT");
  expect(Object.keys(put.responses)).toEqual(
    expect.arrayContaining(["400", "401", "403", "404", "413", "415", "422", "428", "429"]),
  );
});
