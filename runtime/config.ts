/**
 * The command line and the MILLRACE_* environment. One table of options gives the parser, the variables and the
 * text of --help. A flag wins over its variable.
 */
import { isIP } from "node:net";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type ExpressionLimits, expressionLimitRanges, expressionLimits } from "./core/expression/limits.ts";

export interface Config {
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  /** The external broker; absent: the embedded one. Credentials are apart from the url. */
  readonly mqtt?: { readonly url: string; readonly username?: string; readonly password?: string };
  /** Port of the embedded broker, 0: any free port. */
  readonly mqttPort: number;
  readonly flowsDir?: string;
  readonly demo: boolean;
  readonly journal: {
    readonly mode: JournalMode;
    readonly ageMsMax: number;
    readonly sizeBytesMax: number;
  };
  readonly expressionLimits: ExpressionLimits;
  readonly token?: string;
  readonly password?: string;
  /** Encrypts stored secrets in place of the key file. Only as a variable: a flag would show in process lists. */
  readonly secret?: string;
}

/** `sync`: what is acknowledged survives a power cut; `interval`: the death of the process; `off`: nothing is written. */
export type JournalMode = (typeof journalModes)[number];
const journalModes = ["sync", "interval", "off"] as const;

/** What is done instead of running. */
type CopyCommand = (typeof copyCommands)[number];
const copyCommands = ["backup", "restore"] as const;

export type CommandLine =
  | { readonly kind: "run"; readonly config: Config }
  | {
      readonly kind: "copy";
      readonly command: CopyCommand;
      readonly folder: string;
      readonly dataDir: string;
    }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "mistake"; readonly message: string };

/** @param cwd relative folders are taken from here */
export function parseCommandLine(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): CommandLine {
  const command = copyCommands.find((each) => each === args[0]);
  const given = command ? args.slice(2) : args;
  const read = readOptions(given, env);
  if (typeof read === "string") return { kind: "mistake", message: read };
  if (read.help !== undefined) return { kind: "help", text: helpText() };
  if (command) return checkCopy(command, args[1], given, read, cwd);
  try {
    return { kind: "run", config: checkConfig(read, cwd) };
  } catch (error) {
    if (error instanceof Mistake) return { kind: "mistake", message: error.message };
    throw error;
  }
}

function checkCopy(
  command: CopyCommand,
  folder: string | undefined,
  given: readonly string[],
  values: Values,
  cwd: string,
): CommandLine {
  const isOption = folder === undefined || folder.startsWith("-");
  if (isOption || given.some((each) => each.startsWith("--") && !each.startsWith("--data"))) {
    return { kind: "mistake", message: `It is: ${command} FOLDER [--data DIR].` };
  }
  return {
    kind: "copy",
    command,
    folder: resolve(cwd, folder),
    dataDir: resolve(cwd, values.data ?? dataDefault),
  };
}

/** Only what is reachable from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

interface Option {
  readonly flag: string;
  readonly value?: string;
  readonly help: string;
}

const otherLimits = "items, text, levels, size";

const options: readonly Option[] = [
  { flag: "port", value: "PORT", help: "port of the editor and the API (8420; 0: any free port)" },
  {
    flag: "host",
    value: "ADDRESS",
    help: "address to listen on (127.0.0.1); any other than loopback needs --token or --password",
  },
  { flag: "data", value: "DIR", help: "folder for flows, state and connections (.millrace)" },
  {
    flag: "mqtt",
    value: "URL",
    help: "MQTT broker such as mqtt://user:pass@host:1883, instead of the embedded one",
  },
  { flag: "mqtt-port", value: "PORT", help: "port of the embedded broker (1883; 0: any free port)" },
  { flag: "flows", value: "DIR", help: "deploy every *.json flow file of this folder at start" },
  {
    flag: "journal",
    value: "MODE",
    help: "inputs on disk before anything comes of them: sync, interval (a power cut costs a second), off (sync)",
  },
  { flag: "journal-hours", value: "HOURS", help: "how long the journal is kept (72)" },
  { flag: "journal-size", value: "GB", help: "how large it grows, at most (4)" },
  {
    flag: "expression-limits",
    value: "LIST",
    help: `bounds of one evaluation, such as steps=5000000,calls=400; also ${otherLimits} (docs/jsonata.md)`,
  },
  { flag: "no-demo", help: "start without the simulated building" },
  { flag: "token", value: "TOKEN", help: "bearer token for scripts; also opens the login page" },
  { flag: "password", value: "PASSWORD", help: "opens the login page" },
  { flag: "help", help: "print this text" },
];

type Values = Partial<Record<string, string>>;

function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Values | string {
  const values: Values = {};
  for (const option of options) {
    const text = env[variableOf(option)];
    if (option.flag === "help" || text === undefined || text === "") continue;
    if (option.value) values[option.flag] = text;
    else if (/^(1|true|yes)$/i.test(text)) values[option.flag] = "";
    else if (!/^(0|false|no)$/i.test(text)) return `${variableOf(option)}=${text} must be 1 or 0.`;
  }
  if (env.MILLRACE_SECRET) values.secret = env.MILLRACE_SECRET;
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      options.map((each) => [each.flag, { type: each.value ? ("string" as const) : ("boolean" as const) }]),
    ),
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") return `Unexpected argument "${token.value}". ${seeHelp}`;
    const option = options.find((each) => each.flag === token.name);
    if (!option) return `Unknown option ${token.rawName}. ${seeHelp}`;
    if (option.value && !token.value)
      return `${token.rawName} needs a value: --${option.flag} ${option.value}.`;
    if (!option.value && token.value !== undefined) return `${token.rawName} takes no value.`;
    values[option.flag] = token.value ?? "";
  }
  return values;
}

function checkConfig(values: Values, cwd: string): Config {
  const { token, password, secret, flows } = values;
  const host = (values.host ?? "127.0.0.1").replace(/^\[(.*)\]$/, "$1");
  if (!isLoopback(host) && !token && !password) {
    throw new Mistake(
      `--host ${host} can be reached from other machines, so it needs --token TOKEN or --password PASSWORD as well.`,
    );
  }
  for (const [flag, value] of Object.entries({ token, password })) {
    if (!isLoopback(host) && value && value.length < secretLengthMin) {
      throw new Mistake(`--${flag} must have at least ${secretLengthMin} characters with --host ${host}.`);
    }
  }
  if (values.mqtt && values["mqtt-port"]) {
    throw new Mistake(
      "--mqtt-port belongs to the embedded broker; with --mqtt there is none. Leave one of them out.",
    );
  }
  const mqtt = values.mqtt ? parseBrokerUrl(values.mqtt) : undefined;
  return {
    port: parsePort("port", values.port, 8420),
    host,
    dataDir: resolve(cwd, values.data ?? dataDefault),
    ...(mqtt ? { mqtt } : {}),
    mqttPort: parsePort("mqtt-port", values["mqtt-port"], 1883),
    ...(flows ? { flowsDir: resolve(cwd, flows) } : {}),
    journal: {
      mode: parseJournalMode(values.journal),
      ageMsMax: parseAmount("journal-hours", values["journal-hours"], 72) * 3_600_000,
      sizeBytesMax: parseAmount("journal-size", values["journal-size"], 4) * 1e9,
    },
    expressionLimits: parseLimits(values["expression-limits"]),
    demo: values["no-demo"] === undefined && !mqtt,
    ...(token ? { token } : {}),
    ...(password ? { password } : {}),
    ...(secret ? { secret } : {}),
  };
}

/** Short ones are guessed within days at the rate the login page allows. */
const secretLengthMin = 8;

function parsePort(flag: string, text: string | undefined, preset: number): number {
  if (text === undefined) return preset;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
    throw new Mistake(`--${flag} ${text} is not a port: give a whole number from 0 to 65535.`);
  }
  return Number(text);
}

function parseJournalMode(text = "sync"): JournalMode {
  const mode = journalModes.find((each) => each === text);
  if (mode) return mode;
  throw new Mistake(`--journal ${text} is none of ${journalModes.join(", ")}.`);
}

/** A day of a busy broker fits into 1,000,000 GB, and a century into as many hours. */
function parseAmount(flag: string, text: string | undefined, preset: number): number {
  if (text === undefined) return preset;
  const amount = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (amount > 0) return amount;
  throw new Mistake(`--${flag} ${text} is not a number above 0, such as ${preset}.`);
}

/** `word=number` separated by commas; what is not named keeps its default. */
function parseLimits(text: string | undefined): ExpressionLimits {
  const limits: Record<keyof ExpressionLimits, number> = { ...expressionLimits };
  for (const part of text?.split(",") ?? []) {
    const [, word = "", number] = /^\s*(\w+)\s*=\s*(\d{1,12})\s*$/.exec(part) ?? [];
    const range = Object.hasOwn(expressionLimitRanges, word) ? expressionLimitRanges[word] : undefined;
    if (number === undefined || range === undefined) {
      const words = Object.keys(expressionLimitRanges).join(", ");
      throw new Mistake(`--expression-limits: "${part.trim()}" is not word=number with one of ${words}.`);
    }
    const { limit, min, max } = range;
    if (Number(number) < min || Number(number) > max) {
      throw new Mistake(`--expression-limits: ${word} must be from ${min} to ${max}, not ${number}.`);
    }
    limits[limit] = Number(number);
  }
  return limits;
}

/** Takes the credentials out, so that the url can be shown. */
function parseBrokerUrl(text: string): NonNullable<Config["mqtt"]> {
  const hint = "give one such as mqtt://192.168.1.5:1883 (mqtt, mqtts, ws or wss).";
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The text itself is not repeated: it may hold a password.
  if (!url?.hostname) throw new Mistake(`--mqtt is not a broker address: ${hint}`);
  if (!/^(mqtts?|wss?):$/.test(url.protocol))
    throw new Mistake(`--mqtt ${url.protocol}// is not MQTT: ${hint}`);
  const { username, password } = url;
  url.username = "";
  url.password = "";
  return {
    url: url.href,
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
  };
}

function helpText(): string {
  const lines = options.map((option) => {
    const left = `--${option.flag}${option.value ? ` ${option.value}` : ""}`;
    const variable = option.flag === "help" ? "" : variableOf(option);
    return `  ${left.padEnd(22)}${variable.padEnd(21)}${option.help}`;
  });
  return [
    "Millrace runs drawn rules on live device streams.",
    "",
    "  npm start -- [options]",
    "  npm start -- backup FOLDER [--data DIR]    copies the data folder, while Millrace runs on it",
    "  npm start -- restore FOLDER [--data DIR]   puts a backup into a new data folder",
    "",
    ...lines,
    `  ${"".padEnd(22)}${"MILLRACE_SECRET".padEnd(21)}encrypts stored passwords, in place of a key file in the data folder`,
    "",
    "A flag wins over its variable.",
    "",
  ].join("\n");
}

function variableOf(option: Option): string {
  return `MILLRACE_${option.flag.replaceAll("-", "_").toUpperCase()}`;
}

const dataDefault = ".millrace";
const seeHelp = "See --help.";

class Mistake extends Error {}
