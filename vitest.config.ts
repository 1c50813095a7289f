import { defineConfig } from "vitest/config";

/** Tests that run a browser against the built runtime. They share two cores badly: one file at a time, after the rest. */
const browserTests = ["test/e2e/**/*.test.ts", "test/main/browser.test.ts", "test/examples/newcomer.test.ts"];

const common = { environment: "node", testTimeout: 30_000, hookTimeout: 60_000 } as const;

export default defineConfig({
  test: {
    // On two cores the runner would take one; much of the time is spent waiting for processes, brokers and disks.
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...common,
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: browserTests,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: "browser",
          include: browserTests,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
