/** Notices that a device has gone silent, and that it is back: a dead-man's switch for each. */
import {
  config,
  defineNode,
  derive,
  type FieldProblem,
  field,
  inOrder,
  type Judging,
  type Message,
  noParams,
  type Operator,
  type Ordered,
  parseDuration,
  perKeyFields,
  type Static,
} from "../runtime/core/api.ts";

const schema = config({
  after: field.duration({
    title: "Silent for",
    default: "10 min",
    help: "A device that sends nothing for longer than this is silent. Take at least twice its usual interval.",
  }),
  devices: field.list(field.text({ title: "Device", placeholder: "boiler-2", maxLength: 200 }), {
    title: "Devices to expect",
    item: "device",
    maxItems: 1_000,
    default: [],
    help: "Keys, as messages carry them. These are noticed also if they have never sent anything.",
  }),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

interface State {
  /** Event time of its newest message; of a device that has never sent, when the wait for it began. */
  since: number;
  /** Its newest message, without payload; absent: it has never sent. */
  last?: Message;
  silent: boolean;
}

const docs = `
Watches for what does **not** come, for each device apart: **silent**, once, when a device has sent nothing for so long, and
**back**, once, with its next message.

    silent for 10 min

    minute    0   4   8               18   25   30
    in        x   x   x                    x    x
                      ├──── 10 min ───┤
    out                               silent  back

It needs no message to notice silence, only time. A message exactly at the end is still in time. Every device that was heard once
is watched from then on; those of the list from the start, so that a device which is broken already is noticed too. "All
together" watches the stream as a whole, from the start.

Both ports carry \`{ state, since, heard, silentMs }\`. With silent, \`since\` is its last sign of life, and \`heard\` is false if there
never was one: then \`since\` is when the wait began. With back, \`since\` is the time of the message, and \`silentMs\` how long
nothing came.

Time goes by the messages' own, so a delayed message still counts for when it was sent. Where a source goes by times of its own and is
set to hold them while it is idle, time stands still with it, and no silence is noticed. Messages that come later than their
source allows, and are older than what was decided, are counted as dropped, "late".
`;

export default defineNode({
  type: "absence",
  version: 1,
  category: "time",
  title: "Absence",
  purpose: "a device has gone silent",
  keywords: [
    "silence",
    "dead man",
    "watchdog",
    "timeout",
    "offline",
    "heartbeat",
    "missing",
    "lost",
    "alive",
  ],
  icon: "M3 12h4l2-6 3 12M16 9l5 6M21 9l-5 6",
  config: schema,
  docs,
  examples: [
    {
      title: "A sensor falls silent and comes back",
      config: { after: "10 min" },
      given: [
        { at: "0 min", key: "hall", payload: 21 },
        { at: "8 min", key: "hall", payload: 21 },
        { at: "25 min", key: "hall", payload: 22 },
      ],
      until: "30 min",
      expect: [
        { port: "silent", at: "18 min", key: "hall", payload: { state: "silent", heard: true } },
        { port: "back", at: "25 min", key: "hall", payload: { state: "back", silentMs: 1_020_000 } },
      ],
    },
    {
      title: "One that has never sent anything",
      config: { after: "10 min", devices: ["boiler-1", "boiler-2"] },
      given: [{ at: "5 min", key: "boiler-1", payload: 60 }],
      until: "12 min",
      expect: [{ port: "silent", at: "10 min", key: "boiler-2", payload: { state: "silent", heard: false } }],
    },
  ],
  inputs: [{ name: "in", title: "messages" }],
  outputs: [
    { name: "silent", title: "silent", shape: "event", payload: "object" },
    { name: "back", title: "back", shape: "event", payload: "object" },
  ],
  summary: ({ after, devices = [] }) => {
    const expected = devices.length > 0 ? `, ${devices.length} expected` : "";
    return `nothing for ${after || "…"}${expected}`;
  },
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ per, perValue }) => `${per} ${perValue}`,
  status: ({ silent }) => (silent ? { level: "warning", text: `${silent} silent` } : undefined),
  operator: (config): Operator<Ordered<State>> => {
    const afterMs = parseDuration(config.after)!;
    const fallSilent = (state: State, at: number, ctx: Judging) => {
      const { since, last } = state;
      state.silent = true;
      ctx.gauge("silent", 1);
      const origin = last ?? {
        topic: "",
        payload: null,
        key: ctx.key,
        time: at,
        params: noParams,
        id: ctx.id,
      };
      const payload = { state: "silent", since, heard: last !== undefined };
      ctx.emit("silent", { ...derive(origin, payload, at), key: ctx.key });
    };
    const watched = inOrder<State>({
      judge(known, message, _port, ctx) {
        const { time } = message;
        if (known?.silent) {
          ctx.gauge("silent", -1);
          const heard = known.last !== undefined;
          const payload = { state: "back", since: time, heard, silentMs: Math.max(0, time - known.since) };
          ctx.emit("back", { ...derive(message, payload), key: ctx.key });
        }
        return { since: time, last: derive(message, null), silent: false };
      },
      // What has never sent has no event time: the clock watches it.
      dueAt: ({ since, last, silent }) => (silent || !last ? undefined : since + afterMs),
      due(state, at, ctx) {
        fallSilent(state, at, ctx);
        return state;
      },
    });
    return {
      startKeys: config.per === "all" ? [""] : config.devices,
      onStart(ctx) {
        ctx.state = { own: { since: ctx.now, silent: false }, waiting: [] };
        // Clock timers go before messages of the same instant; one exactly at the end is in time.
        ctx.setTimer("never heard", ctx.now + afterMs + 1, "processing");
      },
      onMessage(message, port, ctx) {
        ctx.cancelTimer("never heard");
        watched.onMessage(message, port, ctx);
      },
      onTimer(timer, ctx) {
        if (timer.name !== "never heard") {
          watched.onTimer!(timer, ctx);
          return;
        }
        const state = ctx.state!;
        fallSilent(state.own!, timer.at - 1, ctx);
        ctx.state = state;
      },
    };
  },
});

function check({ after, devices = [], per }: Config): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (parseDuration(after ?? "") === 0)
    problems.push({ field: "/after", message: "Say for how long, such as 10 min." });
  if (per === "all" && devices.length > 0) {
    const message = "All messages are watched together, so single devices cannot be told apart.";
    problems.push({ field: "/devices", message });
  }
  for (const [index, device] of devices.entries()) {
    if (device?.trim() === "")
      problems.push({ field: `/devices/${index}`, message: "Write the key of the device." });
    else if (devices.indexOf(device) < index) {
      problems.push({ field: `/devices/${index}`, message: `“${device}” is in the list already.` });
    }
  }
  return problems;
}
