import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errorCodes } from "../../runtime/core/errors.ts";
import { root } from "./sources.ts";

test("docs/errors.md explains every error code of the core, with the words of the catalogue", () => {
  const page = readFileSync(join(root, "docs/errors.md"), "utf8");
  for (const [code, meaning] of Object.entries(errorCodes)) {
    expect(page, code).toContain(`\`${code}\``);
    expect(page, code).toContain(meaning);
  }
});

test("docs/errors.md explains no code that is gone", () => {
  const page = readFileSync(join(root, "docs/errors.md"), "utf8");
  const table = [...page.matchAll(/^\| `([A-Z][A-Z0-9_]+)`/gm)].map(([, code]) => code!);
  expect(table.length).toBeGreaterThan(0);
  expect(table.filter((code) => !(code in errorCodes))).toEqual([]);
});
