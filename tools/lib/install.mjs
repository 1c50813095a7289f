import { readFileSync } from "node:fs";
import { root, run } from "./run.mjs";

/** Installs the packages of package-lock.json unless exactly those are there. */
export async function installMissing() {
  const reason = whyInstall();
  if (!reason) return;
  console.log(`Installing packages (${reason}). This takes a minute the first time …`);
  const npm = process.env.npm_execpath;
  // Not `npm ci`: that throws away what is there, and refuses a lock file written where a registry lacks the packages of
  // other operating systems. --no-save leaves the lock file as it is.
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  const code = npm ? await run(process.execPath, [npm, ...args]) : await run("npm", args);
  if (code !== 0) {
    console.error(
      "Packages could not be installed: npm install failed, its message is above. Is the npm registry reachable?",
    );
    process.exit(1);
  }
}

/** Compares what is wanted with the list npm keeps of what it installed. @returns undefined when they agree */
function whyInstall() {
  const wanted = packagesIn("package-lock.json");
  const installed = packagesIn("node_modules/.package-lock.json");
  if (!installed) return "none are installed yet";
  for (const [path, entry] of Object.entries(wanted ?? {})) {
    if (path === "") continue;
    const found = installed[path];
    // Optional packages belong to other operating systems and processors as a rule.
    if (!found && !entry.optional && !entry.devOptional) return `${path} is missing`;
    if (found && found.version !== entry.version) return `${path} changed`;
  }
  return undefined;
}

function packagesIn(file) {
  let text;
  try {
    text = readFileSync(`${root}/${file}`, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
  return JSON.parse(text).packages;
}
