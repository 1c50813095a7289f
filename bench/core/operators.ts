/**
 * What each operator with state is measured with. Of those that need another node before them, or a device behind, there is
 * no row: collect, device-command.
 *
 * Settings are as a building would have them, readings plain numbers.
 */
export interface Load {
  readonly type: string;
  /** What is special about this row. */
  readonly variant?: string;
  readonly config: object;
  readonly ports?: readonly string[];
  /** The reading of a device; default a temperature that wanders from 20 to 30. */
  readonly value?: (index: number) => number;
  /** DESIGN.md, section 8: a million messages a second. */
  readonly isHeldToMillion?: true;
}

const average = [{ name: "avg", function: "avg", value: "payload" }];
const five = ["avg", "min", "max", "stddev", "count"].map((name) => ({
  name,
  function: name,
  value: "payload",
}));

/** Now and then 1, mostly 0: a motion detector. */
const motion = (index: number) => (index % 11 < 4 ? 1 : 0);

export const loads: readonly Load[] = [
  { type: "window", variant: "1 min", config: { size: "1 min", aggregates: average }, isHeldToMillion: true },
  { type: "window", variant: "1 h by 1 s", config: { size: "1 h", hop: "1 s", aggregates: average } },
  { type: "window", variant: "1 min, five results", config: { size: "1 min", aggregates: five } },
  { type: "window", variant: "session", config: { kind: "session", gap: "10 min", aggregates: average } },
  { type: "threshold", config: { when: "above", setPoint: 25 }, isHeldToMillion: true },
  {
    type: "threshold",
    variant: "for 5 min",
    config: { when: "above", setPoint: 25, clearPoint: 24, for: "5 min" },
  },
  { type: "absence", config: { after: "10 min" } },
  { type: "debounce", config: { wait: "5 s" } },
  { type: "throttle", config: { let: "first", every: "1 min" } },
  { type: "delay", config: { by: "10 s" } },
  { type: "sample", config: { every: "10 s" } },
  { type: "reorder", config: { longer: "2 s" } },
  { type: "batch", config: { size: 100 } },
  { type: "dedupe", config: { value: "payload", for: "10 min" } },
  { type: "deadband", config: { band: 0.5 } },
  { type: "latch", config: {}, ports: ["set", "reset"] },
  {
    type: "state-machine",
    config: {
      initial: "empty",
      transitions: [
        { from: "empty", on: "message", when: "payload > 0", to: "occupied" },
        { from: "occupied", on: "message", when: "payload = 0", to: "empty" },
      ],
    },
    value: motion,
  },
  { type: "lag", config: {} },
  { type: "counter", config: { what: "sum", value: "payload" } },
  { type: "rate-of-change", config: {} },
  { type: "merge", config: { inputs: ["supply", "return"] }, ports: ["supply", "return"] },
  { type: "join", config: { before: "5 s", after: "5 s" }, ports: ["left", "right"] },
  {
    type: "combine-latest",
    config: {
      inputs: [
        { name: "supply", value: "payload" },
        { name: "return", value: "payload" },
      ],
    },
    ports: ["supply", "return"],
  },
  {
    type: "sequence",
    config: {
      steps: [
        { name: "motion", comes: "later", when: "payload = 1" },
        { name: "quiet", comes: "later", when: "payload = 0" },
      ],
      within: "10 min",
    },
    value: motion,
  },
  {
    type: "schedule-gate",
    config: { week: [{ days: ["mon", "tue"], from: "08:00", to: "18:00" }], zone: "Europe/Oslo" },
  },
  { type: "anomaly", variant: "recent course", config: { method: "recent", learnFor: "1 min" } },
  { type: "anomaly", variant: "hour of the week", config: { method: "week", learnFor: "1 min" } },
  {
    type: "anomaly",
    variant: "values together",
    config: { method: "together", learnFor: "1 min", values: ["payload", "payload * 2"] },
  },
];

export function nameOf({ type, variant }: Load): string {
  return variant ? `${type}, ${variant}` : type;
}
