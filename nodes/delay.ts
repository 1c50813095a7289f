/** Sends each message on some time later, unless it is cancelled. */
import {
  config,
  defineNode,
  type FieldProblem,
  field,
  inOrder,
  type Message,
  parseDuration,
  perKeyFields,
  type Static,
} from "../runtime/core/api.ts";

/** Messages that wait are state, written with every checkpoint of their device. */
const waitMax = 10_000;

const schema = config({
  by: field.duration({ title: "Wait", default: "5 s", help: "How much later a message leaves." }),
  newest: field.toggle({
    title: "Only the newest",
    default: false,
    help: "A newer message takes the place of the one that waits, and the time starts anew.",
  }),
  waitMax: field.integer({
    title: "Waiting at most",
    default: 1_000,
    minimum: 1,
    maximum: waitMax,
    visibleIf: { newest: [false] },
    advanced: true,
    help: "Messages of one device for which there is no room leave by “not sent”.",
  }),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

interface State {
  /** By the time they leave; equal times in order of arrival. */
  readonly waiting: Message[];
}

const docs = `
Holds each message back for a while: wait 30 s after the door has closed, then switch the light off.

    wait 10 s

    second     0  2           10  12        20        30
    in         a  b                         c
    cancel                        x
    out                       a                       c
    not sent                      b

A message on **cancel** ends the wait of everything that waits for the same device; what waited leaves by **not sent**. One
that comes exactly when the time is up still cancels. The wait goes by the time of the messages, and a message that leaves
carries the time at which it leaves. It survives a restart: what was due in the meantime leaves at once.

To wait until a value has held for some time, use Threshold; to wait until a sensor is quiet, Debounce. Messages that come
later than their source allows, and are older than what was done already, are counted as dropped, "late".
`;

export default defineNode({
  type: "delay",
  version: 1,
  category: "time",
  title: "Delay",
  purpose: "send on some time later",
  keywords: ["wait", "timer", "postpone", "later", "cancel", "off delay", "on delay"],
  icon: "M6 3h12M6 21h12M7 3c0 5 5 6 5 9s-5 4-5 9M17 3c0 5-5 6-5 9s5 4 5 9",
  config: schema,
  docs,
  examples: [
    {
      title: "Ten seconds later",
      config: { by: "10 s" },
      given: [
        { at: "0 s", key: "hall", payload: "off" },
        { at: "4 s", key: "roof", payload: "off" },
      ],
      until: "20 s",
      expect: [
        { port: "out", at: "10 s", key: "hall", payload: "off" },
        { port: "out", at: "14 s", key: "roof", payload: "off" },
      ],
    },
    {
      title: "Light off two minutes after the door, unless somebody moves",
      config: { by: "2 min", newest: true },
      given: [
        { at: "0 s", key: "hall", payload: "closed" },
        { at: "90 s", key: "hall", payload: "moved", port: "cancel" },
        { at: "5 min", key: "hall", payload: "closed" },
      ],
      until: "10 min",
      expect: [
        { port: "rest", at: "90 s", key: "hall", payload: "closed" },
        { port: "out", at: "7 min", key: "hall", payload: "closed" },
      ],
    },
  ],
  inputs: [
    { name: "in", title: "messages" },
    {
      name: "cancel",
      title: "cancel",
      shape: "event",
      help: "Ends the wait of what waits for the same device.",
    },
  ],
  outputs: [
    { name: "out", title: "later" },
    { name: "rest", title: "not sent", help: "Cancelled, replaced by a newer one, or without room to wait." },
  ],
  summary: ({ by, newest }) => `${by || "…"} later${newest ? ", only the newest" : ""}`,
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ per, perValue }) => `${per} ${perValue}`,
  status: ({ waiting }) => (waiting ? { level: "ok", text: `${waiting} waiting` } : undefined),
  operator: (config) => {
    const byMs = parseDuration(config.by)!;
    const room = config.newest ? 1 : config.waitMax;
    return inOrder<State>({
      judge(known, message, port, ctx) {
        const { time } = message;
        const state = known ?? { waiting: [] };
        const { waiting } = state;
        if (port === "cancel" || config.newest) {
          for (const each of waiting.splice(0)) {
            ctx.gauge("waiting", -1);
            ctx.emit("rest", { ...each, time });
          }
          if (port === "cancel") return undefined;
        }
        if (waiting.length >= room) {
          ctx.emit("rest", message);
          return state;
        }
        // Those that wait since before a redeploy may have longer to go.
        let index = waiting.length;
        while (index > 0 && waiting[index - 1]!.time > time + byMs) index--;
        waiting.splice(index, 0, { ...message, time: time + byMs });
        ctx.gauge("waiting", 1);
        if (!config.newest) ctx.fill("messages waiting", waiting.length, room);
        return state;
      },
      dueAt: ({ waiting }) => waiting[0]!.time,
      due(state, at, ctx) {
        const { waiting } = state;
        while (waiting.length > 0 && waiting[0]!.time <= at) {
          ctx.gauge("waiting", -1);
          ctx.emit("out", waiting.shift()!);
        }
        return waiting.length > 0 ? state : undefined;
      },
    });
  },
});

function check(config: Config): FieldProblem[] {
  const byMs = parseDuration(config.by ?? "");
  return byMs === 0 ? [{ field: "/by", message: "Say how much later, such as 5 s." }] : [];
}
