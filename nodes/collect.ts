/** Puts the parts of a split message together again. */
import {
  type Context,
  config,
  defineNode,
  type FieldProblem,
  field,
  type Message,
  type Operator,
  parseDuration,
  perKeyFields,
  type Static,
} from "../runtime/core/api.ts";

/** Parts one device may have under way. One split makes at most as many. */
const partsMax = 10_000;

const schema = config({
  as: field.choice({
    title: "Into",
    labels: { list: "a list", object: "an object" },
    default: "list",
    help: "An object is made of parts that are { name, value }, as Split makes them of objects.",
  }),
  wait: field.duration({
    title: "Wait for missing parts",
    default: "10 s",
    help: "After this, what is there leaves by “incomplete”.",
  }),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

/** Parts of one message that are here. */
interface Group {
  /** What Split called it. */
  readonly whole: string;
  /** Part numbers, ascending from 1, and the payloads. */
  readonly numbers: number[];
  readonly payloads: unknown[];
  /** How many there will be. */
  readonly parts: number;
  readonly due: number;
  /** The first part to arrive, without payload, and with the time of the newest. */
  origin: Message;
}

interface State {
  /** In the order in which they are due. */
  groups: Group[];
}

const docs = `
Collects what Split has taken apart, when every part has been through the nodes between them.

    Split          Transform            Collect
    [20, 21, 22] → 20 → 68.0 ┐
                   21 → 69.8 ├────────→ [68.0, 69.8, 71.6]
                   22 → 71.6 ┘

Parts go to their places by number, whatever order they come in. Parts belong together when they come from the same split message. If
one was filtered out on the way, the others leave by **incomplete** after the wait, with the places closed up; a part that
comes after that is a group of its own. A part that is here already is replaced.

The message has the topic, key and named levels of the first part to arrive and the time of the newest; one that is incomplete has the end of the wait as
its time. A message that was never split goes to the error port or the dead letters. At most ${partsMax} parts of one device wait; with
more, the oldest group leaves by **incomplete** early.
`;

export default defineNode({
  type: "collect",
  version: 1,
  category: "transform",
  title: "Collect",
  purpose: "parts of a split into one",
  keywords: ["join", "merge", "list", "array", "gather", "assemble", "object"],
  icon: "M21 12h-6M15 12l-5-7H3M15 12H3M15 12l-5 7H3",
  config: schema,
  docs,
  examples: [
    {
      title: "Three parts, out of order",
      config: {},
      given: [
        { at: "0 s", payload: "b", params: { whole: "x", part: "2", parts: "3" } },
        { at: "0 s", payload: "c", params: { whole: "x", part: "3", parts: "3" } },
        { at: "0 s", payload: "a", params: { whole: "x", part: "1", parts: "3" } },
      ],
      until: "20 s",
      expect: [{ port: "out", at: "0 s", payload: ["a", "b", "c"] }],
    },
    {
      title: "One is missing",
      config: { as: "object", wait: "10 s" },
      given: [
        { at: "0 s", payload: { name: "t", value: 21 }, params: { whole: "x", part: "1", parts: "2" } },
      ],
      until: "20 s",
      expect: [{ port: "incomplete", at: "10 s", payload: { t: 21 } }],
    },
  ],
  inputs: [{ name: "in", title: "parts" }],
  outputs: [
    { name: "out", title: "complete" },
    { name: "incomplete", title: "incomplete", help: "What was there when the wait was over." },
  ],
  summary: ({ as, wait }) => `into ${as === "object" ? "an object" : "a list"}, waiting ${wait || "…"}`,
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ as, per, perValue }) => `${as} ${per} ${perValue}`,
  operator: (config): Operator<State> => {
    const waitMs = parseDuration(config.wait)!;
    const send = (port: string, { payloads, origin }: Group, time: number, ctx: Context<State>) => {
      const payload = config.as === "list" ? payloads : objectOf(payloads as Field[]);
      ctx.emit(port, { ...origin, payload, time, id: ctx.nextId() });
    };
    const keep = (groups: Group[], ctx: Context<State>) => {
      ctx.state = groups.length > 0 ? { groups } : undefined;
      if (groups.length > 0) ctx.setTimer("wait", groups[0]!.due, "event");
      else ctx.cancelTimer("wait");
    };
    return {
      onMessage(message, _port, ctx) {
        const place = placeOf(message);
        if (!place) {
          ctx.fail(
            "NOT_A_PART",
            "Collecting: the message has no part number, so it does not come from a Split.",
            message,
          );
          return;
        }
        if (config.as === "object" && !isField(message.payload)) {
          const text = "Collecting an object: a part is not { name, value }.";
          ctx.fail("NOT_A_PART", text, message);
          return;
        }
        const groups = ctx.state?.groups ?? [];
        let group = groups.find((each) => each.whole === place.whole);
        if (!group) {
          const origin = { ...message, payload: null, params: place.params };
          group = {
            whole: place.whole,
            numbers: [],
            payloads: [],
            parts: place.parts,
            due: message.time + waitMs,
            origin,
          };
          let index = groups.length;
          while (index > 0 && groups[index - 1]!.due > group.due) index--;
          groups.splice(index, 0, group);
        }
        put(group, place.part, message.payload);
        if (message.time > group.origin.time) group.origin = { ...group.origin, time: message.time };
        const leaving: Group[] = [];
        if (group.numbers.length === group.parts) groups.splice(groups.indexOf(group), 1);
        else {
          let waiting = groups.reduce((sum, each) => sum + each.numbers.length, 0);
          ctx.fill("parts waiting", waiting, partsMax);
          while (waiting > partsMax) {
            const oldest = groups.shift()!;
            waiting -= oldest.numbers.length;
            leaving.push(oldest);
          }
        }
        keep(groups, ctx);
        if (group.numbers.length === group.parts) send("out", group, group.origin.time, ctx);
        for (const each of leaving) send("incomplete", each, message.time, ctx);
      },
      onTimer({ at }, ctx) {
        const groups = ctx.state?.groups ?? [];
        const count = groups.filter(({ due }) => due <= at).length;
        const over = groups.splice(0, count);
        keep(groups, ctx);
        for (const each of over) send("incomplete", each, each.due, ctx);
      },
    };
  },
});

interface Field {
  readonly name: string;
  readonly value: unknown;
}

function isField(payload: unknown): payload is Field {
  return typeof payload === "object" && payload !== null && typeof (payload as Field).name === "string";
}

/** Null for a value that a node between has taken away. */
function objectOf(fields: readonly Field[]): object {
  return Object.fromEntries(fields.map(({ name, value }) => [name, value ?? null]));
}

interface Place {
  readonly whole: string;
  readonly part: number;
  readonly parts: number;
  /** Named levels as before the last split. */
  readonly params: Message["params"];
}

/** Reads what Split wrote into the named levels; undefined: it did not. */
function placeOf({ params }: Message): Place | undefined {
  const { whole, part, parts, ...others } = params;
  if (!whole || !part || !parts) return undefined;
  const [wholes, places, totals] = [whole.split("."), part.split("."), parts.split(".")];
  const own = wholes.pop()!;
  const number = Number(places.pop());
  const total = Number(totals.pop());
  const valid = Number.isInteger(number) && Number.isInteger(total) && number >= 1 && number <= total;
  if (!valid || total > partsMax) return undefined;
  const before = { whole: wholes.join("."), part: places.join("."), parts: totals.join(".") };
  return {
    whole: own,
    part: number,
    parts: total,
    params: before.whole === "" ? others : { ...others, ...before },
  };
}

function put(group: Group, part: number, payload: unknown): void {
  const { numbers, payloads } = group;
  let index = numbers.length;
  while (index > 0 && numbers[index - 1]! > part) index--;
  if (numbers[index - 1] === part) payloads[index - 1] = payload;
  else {
    numbers.splice(index, 0, part);
    payloads.splice(index, 0, payload);
  }
}

function check({ wait }: Config): FieldProblem[] {
  return parseDuration(wait ?? "") === 0 ? [{ field: "/wait", message: "Say how long, such as 10 s." }] : [];
}
