import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs a program in the repository's folder with this terminal, and waits for it.
 * @returns its exit code; a signal counts as 1
 */
export function run(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/** Runs a JavaScript file with this Node. @returns its exit code */
export function runNode(file, args = [], env = {}) {
  return run(process.execPath, [file, ...args], env);
}

/** Starts a file of an installed package, such as `vitest/vitest.mjs`. @returns its exit code */
export function runPackage(file, args = [], env = {}) {
  return runNode(`${root}/node_modules/${file}`, args, env);
}
