import { expect, test } from "vitest";
import { openPage } from "./chromium.ts";

test("renders a page at the asked size and colour scheme", async () => {
  const { page, errors, close } = await openPage({ width: 900, height: 500, colorScheme: "dark" });
  try {
    await page.goto("data:text/html,<title>Mill</title><h1 style='width:50%25'>Race</h1>");
    expect(await page.locator("h1").textContent()).toBe("Race");
    expect(
      await page.locator("h1").evaluate((heading) => heading.getBoundingClientRect().height),
    ).toBeGreaterThan(10);
    expect(page.viewportSize()).toEqual({ width: 900, height: 500 });
    expect(await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches)).toBe(true);
    expect((await page.screenshot()).byteLength).toBeGreaterThan(500);
    expect(errors).toEqual([]);
  } finally {
    await close();
  }
});

test("reports errors of the page", async () => {
  const { page, errors, close } = await openPage();
  try {
    await page.goto("data:text/html,<script>nowhere()</script>");
    expect(errors.join()).toContain("nowhere is not defined");
  } finally {
    await close();
  }
});
