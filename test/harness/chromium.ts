/**
 * A real Chromium for tests, from npm alone: @sparticuz/chromium carries the binary compressed, with the few shared
 * libraries a bare Linux lacks. It is unpacked once per version into the temporary folder; test files run in parallel
 * processes, so it is unpacked under a private name and moved into place whole.
 *
 * Without a browser these helpers throw: a browser test fails then, it never skips.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
}

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Uncaught exceptions and console errors of the page so far, as text. */
  readonly errors: readonly string[];
  /** Closes the page and its browser. */
  close(): Promise<void>;
}

/** Opens an empty page in a fresh browser with no cookies, no storage and no motion. */
export async function openPage(options: PageOptions = {}): Promise<OpenPage> {
  const browser = await launchBrowser();
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.colorScheme ?? "light",
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "UTC",
  });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return { page, context, errors, close: () => browser.close() };
}

/** Starts a browser; for tests that need several contexts. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const folder = await unpackedBrowser();
  return await chromium.launch({
    executablePath: join(folder, "chromium"),
    args: [
      // Containers run tests as root, where Chromium refuses its sandbox, and give /dev/shm 64 MB.
      "--no-sandbox",
      "--disable-dev-shm-usage",
      "--font-render-hinting=none",
    ],
    env: {
      ...(process.env as Record<string, string>),
      LD_LIBRARY_PATH: join(folder, "al2023", "lib"),
      FONTCONFIG_PATH: join(folder, "fonts"),
    },
  });
}

async function unpackedBrowser(): Promise<string> {
  const packageFolder = dirname(dirname(dirname(fileURLToPath(import.meta.resolve("@sparticuz/chromium")))));
  const { version } = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8")) as {
    version: string;
  };
  // Per user: another user's files could neither be trusted nor replaced.
  const folder = join(tmpdir(), `millrace-chromium-${version}-${userInfo().uid}`);
  if (existsSync(folder)) return folder;
  const partial = await mkdtemp(`${folder}.`);
  try {
    await unpackInto(partial);
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    // Another test process was faster.
    if (existsSync(folder)) return folder;
    throw new Error("Unpacking the Chromium of @sparticuz/chromium for browser tests failed", {
      cause: error,
    });
  }
  return folder;
}

/**
 * The package unpacks into its temporary folder, and adds the shared libraries where it believes to be in AWS Lambda.
 * Both are read from the environment, so it runs in a process of its own.
 */
async function unpackInto(folder: string): Promise<void> {
  const script = 'import("@sparticuz/chromium").then((found) => found.default.executablePath());';
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: dirname(fileURLToPath(import.meta.url)),
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x" },
  });
  await writeFile(join(folder, "fonts", "fonts.conf"), fontsConfig);
}

/** Paths are relative to this file, so that the folder can move into place. */
const fontsConfig = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
