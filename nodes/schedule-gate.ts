/** Lets messages through during certain hours only: a weekly programme with exceptions, by the clock or by the sun. */
import {
  type Context,
  config,
  daysField,
  defineNode,
  derive,
  exceptionFields,
  exceptionProblems,
  type FieldProblem,
  field,
  fromToFields,
  type Half,
  inOrder,
  localityOf,
  type Message,
  type Operator,
  type Ordered,
  perKeyFields,
  placeFields,
  placeProblems,
  programmeOf,
  type Static,
  weekText,
} from "../runtime/core/api.ts";

const schema = config({
  week: field.list(field.group({ days: daysField, ...fromToFields }, { title: "Period" }), {
    title: "Open",
    item: "period",
    compact: true,
    minItems: 1,
    maxItems: 100,
    default: [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", to: "18:00" }],
    help: "22:00 to 06:00 ends on the next day. By the sun: sunset to sunrise, dusk - 15 min.",
  }),
  exceptions: field.list(
    field.group(
      {
        ...exceptionFields,
        periods: field.list(field.group(fromToFields, { title: "Period" }), {
          title: "Open instead",
          item: "period",
          compact: true,
          maxItems: 20,
          default: [],
          help: "None: closed all day.",
        }),
      },
      { title: "Exception" },
    ),
    { title: "Exceptions", item: "exception", maxItems: 200, default: [] },
  ),
  zone: field.zone(),
  ...placeFields(),
  opening: field.choice({
    title: "On opening",
    labels: { nothing: "send nothing", last: "send the newest that was held back" },
    default: "nothing",
    help: "Of each device, so that what happened meanwhile is known when it opens.",
  }),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

/** Of one key. */
interface Held {
  /** The newest message since it closed. */
  readonly message: Message;
  /** When it opens next, as far as that is known. */
  readonly opensAt: number;
}

const docs = `
Lets a message through by **out** while it is open, and sends it by **closed** otherwise. It goes by the time of the message,
so one that comes late is judged by when it was sent.

    open Mon–Fri 08:00–18:00, on opening send the newest

    Fri      17:59   18:00   21:00      Mon 08:00   08:05
    in       a       b       c                      d
    out      a                          c           d
    closed           b       c

A period includes its begin and not its end. Times are \`07:30\`, or \`sunrise\`, \`sunset\`, \`dawn\`, \`dusk\`, \`nautical dawn\` or \`nautical dusk\`
at the place, shifted and bounded as you like: \`sunset - 15 min, not before 16:30, not after 21:00\`. \`sunset\` to \`sunrise\` is the night: all
of a polar night, nothing of a polar day. Periods, exceptions such as holidays and the change of clocks are those of the
[schedule](schedule.md).

"Send the newest that was held back" sends, at the moment of opening, the newest message of each device that came while it was closed, with
that moment as its time; a message of exactly that moment comes after it. It then waits for messages that another could
still precede, and drops, "late", what is older than what was decided. What is held is forgotten when the hours are changed.
`;

export default defineNode({
  type: "schedule-gate",
  version: 1,
  category: "decide",
  title: "Schedule gate",
  purpose: "let through in certain hours",
  keywords: ["hours", "office", "night", "day", "sun", "calendar", "holiday", "only", "between", "time"],
  icon: "M3 5v14M21 5v14M3 12h4M17 12h4M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM12 10v2l1.5 1.5",
  config: schema,
  docs,
  examples: [
    {
      title: "Calls of the night are not passed on",
      config: {
        week: [{ days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: "07:00", to: "22:00" }],
        zone: "Europe/Oslo",
      },
      given: [
        { at: "5 h", payload: "too early" },
        { at: "6 h", payload: "07:00 in Oslo" },
        { at: "21 h", payload: "22:00 in Oslo" },
      ],
      expect: [
        { port: "closed", at: "5 h", payload: "too early" },
        { port: "out", at: "6 h", payload: "07:00 in Oslo" },
        { port: "closed", at: "21 h", payload: "22:00 in Oslo" },
      ],
    },
    {
      title: "The door that was left open overnight is told in the morning",
      config: {
        week: [{ days: ["mon", "tue"], from: "08:00", to: "18:00" }],
        exceptions: [{ on: "01-05", name: "stocktaking", periods: [] }],
        opening: "last",
      },
      given: [
        { at: "9 h", key: "door", payload: "open" },
        { at: "10 h", key: "door", payload: "ajar" },
        { at: "33 h", key: "door", payload: "shut" },
      ],
      expect: [
        { port: "closed", at: "9 h", key: "door", payload: "open" },
        { port: "closed", at: "10 h", key: "door", payload: "ajar" },
        { port: "out", at: "32 h", key: "door", payload: "ajar" },
        { port: "out", at: "33 h", key: "door", payload: "shut" },
      ],
    },
  ],
  inputs: [{ name: "in", title: "messages" }],
  outputs: [
    { name: "out", title: "open" },
    { name: "closed", title: "closed" },
  ],
  summary: ({ week = [] }) => weekText(week),
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: (config) => JSON.stringify(config),
  operator: (config, env): Operator<Ordered<Held>> => {
    const isOpen = () => true;
    const hours = programmeOf(config.week, config.exceptions, localityOf(config, env), isOpen);
    if (config.opening === "nothing") {
      return {
        onMessage(message, _port, ctx: Context<Ordered<Held>>) {
          ctx.emit(hours.at(message.time).value ? "out" : "closed", message);
        },
      };
    }
    return inOrder<Held>({
      judge(_held, message, _port, ctx) {
        const { value: open, until } = hours.at(message.time);
        ctx.emit(open ? "out" : "closed", message);
        return open ? undefined : { message, opensAt: until };
      },
      // Opening comes before the messages of its moment, so it is due the moment before.
      dueAt: ({ opensAt }) => opensAt - 1,
      due({ message, opensAt }, _at, ctx) {
        const { value: open, until } = hours.at(opensAt);
        if (!open) return { message, opensAt: until };
        ctx.emit("out", derive(message, message.payload, opensAt));
        return undefined;
      },
    });
  },
});

function check(config: Half<Config>): FieldProblem[] {
  const { week = [], exceptions = [] } = config;
  const rows = [...week, ...exceptions.flatMap(({ periods = [] }) => periods)];
  const bounds = rows.flatMap(({ from, to }) => [from, to]);
  return [...exceptionProblems(exceptions), ...placeProblems(bounds, config)];
}
