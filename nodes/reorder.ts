/** Sorts messages by their own time. */
import {
  config,
  defineNode,
  type FieldProblem,
  field,
  formatDuration,
  parseDuration,
  perKeyFields,
  type Static,
  sorting,
} from "../runtime/core/api.ts";

/** Messages that wait are state, written with every checkpoint of their device. */
const holdMax = 10_000;

const schema = config({
  longer: field.duration({
    title: "Wait longer than the source",
    default: "0 s",
    help: "The source says how late its messages may be (MQTT in, “Messages can be late by”). 0: wait just that long.",
  }),
  hold: field.integer({
    title: "Hold at most",
    default: 1_000,
    minimum: 1,
    maximum: holdMax,
    unit: "messages",
    advanced: true,
    help: "Of each device. With more waiting, the first of them leaves at once.",
  }),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

const docs = `
Puts messages back into the order in which they happened, for each device apart: a logger that sends its buffer after a radio
gap, gateways that overtake each other.

    arrives        10:01  10:04  10:02  10:03  10:06  10:01
    out                   10:01  10:02  10:03  10:04  …
    too late                                          10:01

A message waits until nothing older is expected: as long as its source may be behind, and as much longer as set here. Messages
from a source that goes by arrival are in order already, and leave at once. With equal times, the first to arrive leaves
first. If nothing follows, the clock ends the wait.

Messages stay as they are, times included. Waiting longer than the source therefore makes them late for windows behind this
node, unless those correct their results for as long. Threshold, Window and others that go by time sort by themselves; this
node is for those that do not, such as MQTT out and Transform.

What comes when something newer has left already leaves by **late** and is counted as dropped, "late".
`;

export default defineNode({
  type: "reorder",
  version: 1,
  category: "time",
  title: "Reorder",
  purpose: "sort by time",
  keywords: ["sort", "order", "sequence", "out of order", "buffer", "late"],
  icon: "M4 7h10M4 12h7M4 17h4M18 5v14M15 16l3 3 3-3",
  config: schema,
  docs,
  examples: [
    {
      title: "Two seconds of patience",
      config: { longer: "2 s" },
      given: [
        { at: "10 s", key: "logger", payload: "c" },
        { at: "9 s", key: "logger", payload: "b" },
        { at: "12 s", key: "logger", payload: "d" },
        { at: "11 s", key: "logger", payload: "c2" },
      ],
      until: "20 s",
      expect: [
        { port: "out", at: "9 s", key: "logger", payload: "b" },
        { port: "out", at: "10 s", key: "logger", payload: "c" },
        { port: "out", at: "11 s", key: "logger", payload: "c2" },
        { port: "out", at: "12 s", key: "logger", payload: "d" },
      ],
    },
    {
      title: "Too late",
      config: { longer: "2 s" },
      given: [
        { at: "10 s", payload: "b" },
        { at: "20 s", payload: "c" },
        { at: "9 s", payload: "a" },
      ],
      until: "30 s",
      expect: [
        { port: "out", at: "10 s", payload: "b" },
        { port: "late", at: "9 s", payload: "a" },
        { port: "out", at: "20 s", payload: "c" },
      ],
    },
  ],
  inputs: [{ name: "in", title: "messages" }],
  outputs: [
    { name: "out", title: "in order" },
    { name: "late", title: "late", help: "Messages that came when something newer had left already." },
  ],
  summary: ({ longer }) => {
    const extraMs = parseDuration(longer ?? "");
    return extraMs ? `by time, waiting ${formatDuration(extraMs)} longer` : "by time";
  },
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ per, perValue }) => `${per} ${perValue}`,
  status: ({ waiting }) => (waiting ? { level: "ok", text: `${waiting} waiting` } : undefined),
  operator: (config) => sorting({ longerMs: parseDuration(config.longer)!, holdMax: config.hold }),
});

function check({ longer }: Config): FieldProblem[] {
  const longerMs = parseDuration(longer ?? "");
  if (longerMs === undefined || longerMs <= longerMsMax) return [];
  return [
    { field: "/longer", message: `At most ${formatDuration(longerMsMax)}: until then nothing would leave.` },
  ];
}

/** Longer than any radio gap that one would wait out rather than correct afterwards. */
const longerMsMax = 7 * 86_400_000;
