/** The definition of a node type: everything there is to know about it, in one value. */

import type { PayloadKind } from "./message.ts";
import type { Operator, OperatorEnv } from "./operator.ts";
import type { Static, TObject } from "./schema.ts";
import { shaped } from "./shaped.ts";

/** Groups of the palette and colours of the tile, by what a person wants to do. In palette order. */
export const categories = {
  devices: "Devices & sources",
  time: "Time & windows",
  decide: "Decide",
  transform: "Transform",
  act: "Act",
  structure: "Debug & structure",
} as const;
export type Category = keyof typeof categories;

export interface Port {
  readonly name: string;
  /** Shown at the port on hover, and always when a side has several. */
  readonly title: string;
  /** `message`: a stream of readings (round); `event`: something happened, such as raised (square). */
  readonly shape?: "message" | "event";
  /** What the payloads are, as far as is known before a message arrives. Default any. */
  readonly payload?: PayloadKind;
  /** Inputs: the node does something also when nothing is wired here. */
  readonly optional?: boolean;
  readonly help?: string;
}

/** MQTT messages a node wants. The engine matches, decodes and times them; the shell only subscribes. */
export interface Subscription {
  /** The `port` argument of onMessage. */
  readonly port: string;
  readonly connection: string;
  /** Topic filter with named levels: `sensors/{device}/telemetry`; `+` and `#` work too. */
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  readonly format: PayloadFormat;
  readonly time: EventTime;
  /** Expression for the key; absent: the first named level, else the whole topic. */
  readonly key?: string;
  /** Let retained messages in when the subscription starts. */
  readonly retained: boolean;
}

export type PayloadFormat = "json" | "text" | "number" | "boolean" | "binary";

export type EventTime =
  | { readonly from: "arrival" }
  | {
      readonly from: "expression";
      /** Gives ms or s since epoch, or ISO 8601 text. */
      readonly expression: string;
      /** How far behind the newest a message may be, ms. */
      readonly maxDelayMs: number;
      /** With nothing heard for this long, the source is idle, ms. */
      readonly idleAfterMs: number;
      /** An idle source's watermark follows the wall clock, or holds. */
      readonly whenIdle: "follow" | "hold";
      /**
       * How far ahead of the clock an event time may be, ms; what is further ahead fails, so that one wrong clock does
       * not make everybody else late. Absent: as far as it likes, for sources that set the clock themselves.
       */
      readonly aheadMaxMs?: number;
    };

/** A config problem that a schema cannot express: two fields that contradict each other. */
export interface FieldProblem {
  /** JSON pointer into the config, such as `/clear`. */
  readonly field: string;
  readonly message: string;
  readonly severity?: "error" | "warning";
}

export interface NodeStatus {
  readonly level: "ok" | "warning" | "error";
  /** A few words in place of the rate, such as "2 raised". */
  readonly text: string;
}

/**
 * An executable example: shown in the docs and in the editor's help, and run by a test. Times are offsets in
 * people's spelling ("90 s") from an arbitrary round instant; watermarks and timers advance by themselves.
 */
export interface Example<Config> {
  readonly title: string;
  readonly config: Partial<Config>;
  readonly given: readonly GivenMessage[];
  /** How long to watch after the last message, such as "10 min". */
  readonly until?: string;
  readonly expect: readonly ExpectedMessage[];
}

export interface GivenMessage {
  readonly at: string;
  readonly payload?: unknown;
  readonly key?: string;
  readonly topic?: string;
  /** Input port, subscription port or "button"; default the first input port. */
  readonly port?: string;
  readonly params?: Readonly<Record<string, string>>;
}

export interface ExpectedMessage {
  /** Output port; or `publish` for an MQTT publication (then `topic` is set and `payload` is its JSON or text). */
  readonly port: string;
  /** Event time of the message as an offset; absent: not compared. */
  readonly at?: string;
  readonly payload?: unknown;
  readonly key?: string;
  readonly topic?: string;
}

export interface NodeType<Schema extends TObject = TObject, State = unknown, Config = Static<Schema>> {
  /** Identity in flow documents, such as `mqtt-in`. Never reused for something else. */
  readonly type: string;
  /** Raised, with an entry in `migrate`, when configs of the last version mean something else now. */
  readonly version: number;
  /** Config of version n (the key) to version n + 1. */
  readonly migrate?: Readonly<Record<number, (config: Record<string, unknown>) => Record<string, unknown>>>;
  readonly category: Category;
  readonly title: string;
  /** Second line in the palette, a few words: "above, below, for how long". */
  readonly purpose: string;
  /** Extra words to find it by. */
  readonly keywords?: readonly string[];
  /** Path data of a line icon in a 24 x 24 box, stroke 2, no fill. */
  readonly icon: string;
  readonly config: Schema;
  /** What it does to a stream, for a building engineer. Markdown; a small table or picture in text is welcome. */
  readonly docs: string;
  readonly examples: readonly Example<Config>[];
  readonly inputs: readonly Port[] | ((config: Config) => readonly Port[]);
  readonly outputs: readonly Port[] | ((config: Config) => readonly Port[]);
  /** The rule in one line for the card: "avg > 26 °C for 5 min, clear 25". Must not throw on half-filled configs. */
  readonly summary: (config: Config) => string;
  readonly check?: (config: Config) => readonly FieldProblem[];
  readonly subscriptions?: (config: Config) => readonly Subscription[];
  /** Label of a button on the card; pressing it is a message on port "button". */
  readonly button?: string;
  /** State is kept per key; the config has {@link perKeyFields}. */
  readonly keyed?: boolean;
  /** Raised when the shape of State changes. Other versions' states are dropped, and the deploy says so. */
  readonly stateVersion: number;
  /** What of the config the state depends on. A redeploy keeps state while this text is the same. Default: all kept. */
  readonly stateSignature?: (config: Config) => string;
  readonly status?: (gauges: Readonly<Record<string, number>>) => NodeStatus | undefined;
  readonly operator: (config: Config, env: OperatorEnv) => Operator<State>;
}

/** A node type with its config and state types erased: what lists and engines hold. */
// biome-ignore lint/suspicious/noExplicitAny: config and state are existential here; validation guards the config at run time
export type AnyNodeType = NodeType<TObject, any, any>;

/** States a definition and infers its types. */
export function defineNode<const Schema extends TObject, State = undefined>(
  definition: NodeType<Schema, State>,
): NodeType<Schema, State> {
  return definition;
}

/** Does it do something with nothing wired to it? */
export function startsByItself(type: AnyNodeType, config: unknown): boolean {
  return inputsOf(type, config).every((port) => port.optional);
}

/** Input ports of a node, whatever its config is; those of its subscriptions are not among them. */
export function inputsOf(type: AnyNodeType, config: unknown): readonly Port[] {
  return typeof type.inputs === "function" ? type.inputs(shaped(type.config, config)) : type.inputs;
}

/** Output ports of a node, whatever its config is; the error port included when the node asks for one. */
export function outputsOf(type: AnyNodeType, config: unknown, errorPort: boolean): readonly Port[] {
  const outputs: readonly Port[] =
    typeof type.outputs === "function" ? type.outputs(shaped(type.config, config)) : type.outputs;
  return errorPort ? [...outputs, errorPortOf] : outputs;
}

const errorPortOf: Port = {
  name: "error",
  title: "error",
  shape: "event",
  payload: "object",
  help: "Messages this node could not process, as { code, message, input }.",
};
