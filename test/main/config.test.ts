import { expect, test } from "vitest";
import { type Config, parseCommandLine } from "../../runtime/config.ts";
import { expressionLimits } from "../../runtime/core/expression/limits.ts";

function config(args: string[], env: Record<string, string> = {}): Config {
  const line = parseCommandLine(args, env, "/home/me");
  if (line.kind !== "run") throw new Error(`expected a config, got ${JSON.stringify(line)}`);
  return line.config;
}

function mistake(args: string[], env: Record<string, string> = {}): string {
  const line = parseCommandLine(args, env, "/home/me");
  if (line.kind !== "mistake") throw new Error(`expected a mistake, got ${JSON.stringify(line)}`);
  return line.message;
}

test("the limits of expressions are the operator's, within what keeps the process alive", () => {
  expect(config(["--expression-limits", "steps=5000000, calls=400"]).expressionLimits).toEqual({
    ...expressionLimits,
    stepsMax: 5_000_000,
    callDepthMax: 400,
  });
  expect(config([], { MILLRACE_EXPRESSION_LIMITS: "size=1000" }).expressionLimits.resultSizeMax).toBe(1000);
  expect(mistake(["--expression-limits", "stps=5"])).toMatch(/"stps=5".*steps, calls, items/);
  expect(mistake(["--expression-limits", "steps=lots"])).toMatch(/word=number/);
  expect(mistake(["--expression-limits", "calls=100000"])).toMatch(
    /calls must be from 10 to 500, not 100000/,
  );
});

test("without arguments it listens on loopback with the demo and a data folder in the current one", () => {
  expect(config([])).toEqual({
    port: 8420,
    host: "127.0.0.1",
    dataDir: "/home/me/.millrace",
    mqttPort: 1883,
    journal: { mode: "sync", ageMsMax: 72 * 3_600_000, sizeBytesMax: 4e9 },
    expressionLimits,
    demo: true,
  });
});

test("every flag is read", () => {
  const args = ["--port", "0", "--host=::1", "--data", "d", "--mqtt-port", "1", "--flows", "/f", "--no-demo"];
  const more = ["--token", "tt", "--password", "pp", "--expression-limits", "items=500"];
  const journal = ["--journal", "interval", "--journal-hours", "0.5", "--journal-size", "10"];
  expect(config([...args, ...more, ...journal])).toEqual({
    port: 0,
    host: "::1",
    dataDir: "/home/me/d",
    mqttPort: 1,
    flowsDir: "/f",
    journal: { mode: "interval", ageMsMax: 1_800_000, sizeBytesMax: 1e10 },
    expressionLimits: { ...expressionLimits, arrayLengthMax: 500 },
    demo: false,
    token: "tt",
    password: "pp",
  });
});

test("variables stand in for flags, and a flag wins", () => {
  const env = { MILLRACE_PORT: "1", MILLRACE_NO_DEMO: "1", MILLRACE_SECRET: "s", MILLRACE_HOST: "" };
  expect(config(["--port", "2"], env)).toMatchObject({
    port: 2,
    demo: false,
    secret: "s",
    host: "127.0.0.1",
  });
});

test("credentials leave the broker's url, and an external broker turns the demo off", () => {
  const { mqtt, demo } = config(["--mqtt", "mqtts://a%40b:p%2Fw@broker:8883"]);
  expect(mqtt).toEqual({ url: "mqtts://broker:8883", username: "a@b", password: "p/w" });
  expect(demo).toBe(false);
});

test.each([
  [["--prot", "1"], "Unknown option --prot. See --help."],
  [["-x"], "Unknown option -x. See --help."],
  [["start"], 'Unexpected argument "start". See --help.'],
  [["--port"], "--port needs a value: --port PORT."],
  [["--port", "70000"], "--port 70000 is not a port: give a whole number from 0 to 65535."],
  [["--port", "-1"], "--port -1 is not a port: give a whole number from 0 to 65535."],
  [["--no-demo=1"], "--no-demo takes no value."],
])("%j is refused", (args, message) => {
  expect(mistake(args)).toBe(message);
});

test("a broker url that is none is refused without repeating its password", () => {
  expect(mistake(["--mqtt", "http://me:hunter2@host"])).toMatch(/^--mqtt http:\/\/ is not MQTT/);
  expect(mistake(["--mqtt", "me:hunter2@host"])).not.toContain("hunter2");
});

test("a switch variable takes 1 or 0 alone", () => {
  expect(mistake([], { MILLRACE_NO_DEMO: "perhaps" })).toBe("MILLRACE_NO_DEMO=perhaps must be 1 or 0.");
  expect(config([], { MILLRACE_NO_DEMO: "0" }).demo).toBe(true);
});

test("an address others can reach needs a token or password of some length", () => {
  expect(mistake(["--host", "0.0.0.0"])).toContain("needs --token TOKEN or --password PASSWORD");
  expect(mistake(["--host", "0.0.0.0", "--token", "short"])).toContain("at least 8 characters");
  expect(config(["--host", "0.0.0.0", "--token", "long enough"]).host).toBe("0.0.0.0");
  expect(config(["--host", "127.0.0.2"]).host).toBe("127.0.0.2");
});

test("help names every flag with its variable", () => {
  const line = parseCommandLine(["--help"], {}, "/");
  const text = line.kind === "help" ? line.text : "";
  for (const flag of ["port", "host", "data", "mqtt", "mqtt-port", "flows", "no-demo", "token", "password"]) {
    expect(text).toContain(`--${flag}`);
    expect(text).toContain(`MILLRACE_${flag.replaceAll("-", "_").toUpperCase()}`);
  }
});

test("backup and restore name a folder, and the data folder if it is another", () => {
  const parse = (...args: string[]) => parseCommandLine(args, { MILLRACE_PORT: "1" }, "/here");
  expect(parse("backup", "copy")).toEqual({
    kind: "copy",
    command: "backup",
    folder: "/here/copy",
    dataDir: "/here/.millrace",
  });
  expect(parse("restore", "/copy", "--data", "new")).toMatchObject({ folder: "/copy", dataDir: "/here/new" });
  for (const args of [["backup"], ["restore", "--data", "x"], ["backup", "a", "--port", "1"]]) {
    expect(parse(...args)).toMatchObject({ kind: "mistake" });
  }
  expect(parse("backup", "a", "b")).toMatchObject({ kind: "mistake" });
});
