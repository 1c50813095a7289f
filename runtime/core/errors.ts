/**
 * Every code the core gives people, with what it means. docs/errors.md is generated from this list, and a test
 * keeps them equal. JSONata's own codes (T2001 and so on) are listed by expression/.
 */
export const errorCodes = {
  FLOW_NOT_JSON: "The text is not JSON.",
  FLOW_SHAPE: "The document does not have the shape of a flow.",
  FLOW_FORMAT_NEWER: "The document was written by a newer Millrace. Update, or export it from there again.",
  FLOW_TOO_LARGE: "The flow has more nodes or wires than one flow may have. Split it.",
  FLOW_TOO_DEEP: "A value is nested too deeply, or a chain of nodes is too long.",
  FLOW_UNKNOWN_FIELD: "The document has a field that Millrace does not know, and will not keep.",
  FLOW_EMPTY: "The flow has no node that does anything.",
  NODE_ID: "A node id is missing, malformed or used twice.",
  NODE_TYPE_UNKNOWN: "No node type of this name is installed.",
  NODE_VERSION_NEWER: "The node's settings were written by a newer Millrace.",
  NODE_UNREACHED: "Nothing is wired to the node, so it never does anything.",
  CONFIG: "A setting is missing or has a value that does not work.",
  CONFIG_EXPRESSION: "An expression does not compile.",
  WIRE_SHAPE: "A wire is not written as `a.out -> b.in`.",
  WIRE_END: "A wire starts or ends at a node that does not exist.",
  WIRE_REFUSED: "These two ports cannot be joined, or one of them does not exist.",
  PAYLOAD_TOO_LARGE: "A payload is larger than Millrace accepts.",
  PAYLOAD_TOO_DEEP: "A JSON payload is nested too deeply.",
  PAYLOAD_NOT_JSON: "A payload is not JSON.",
  PAYLOAD_NUMBER_TOO_LARGE: "A number in a JSON payload lies beyond ±1.8 × 10³⁰⁸, the largest there is.",
  PAYLOAD_NOT_TEXT: "A payload is not UTF-8 text.",
  PAYLOAD_NOT_NUMBER: "A payload is not a number.",
  PAYLOAD_NOT_BOOLEAN: "A payload is not true or false.",
  PAYLOAD_NO_TIME: "The time expression gave no usable time.",
  PAYLOAD_TIME_AHEAD:
    "The time in a message is further ahead of the clock than its source allows: a wrong clock, time zone or unit.",
  PAYLOAD_TIME_OLD:
    "The time in a message lies before the year 2000: a clock that is not set, or no time at all.",
  PAYLOAD_NO_KEY: "The key expression gave no usable key.",
  VALUE_NOT_A_NUMBER: "A node that works on numbers was given something else.",
  VALUE_NOT_A_LIST: "A node that works on lists or objects was given something else, or too long a one.",
  NOT_A_PART: "A node that collects parts was given a message that is not one.",
  VALUE_TOO_LARGE: "A value is larger than a node keeps of each device, or a copy made a message too large.",
  VALUES_NOT_COMPARABLE: "Two values cannot be compared, such as a text and a number.",
  AGGREGATE_FAILED: "An expression over the values of a window failed. Its result was left empty.",
  CONDITION_NOT_BOOLEAN: "A condition gave neither true nor false.",
  KEY_NOT_TEXT: "An expression for the key gave neither a text nor a number.",
  KEY_TOO_LONG: "A key is too long to keep state for: it is a payload rather than a name.",
  FIELD_NOT_WRITABLE: "A field cannot be set, because something on the way to it is not an object.",
  TOPIC_NOT_FILLED: "A topic cannot be filled: the message lacks a usable value for one of its levels.",
  STATE_FULL: "A node keeps as much as it may: keys, or windows, slices or messages of one key.",
  TOO_MANY_MESSAGES: "One input caused more messages than a flow may make of it.",
  INPUT_QUARANTINED:
    "An input made Millrace crash or hang twice. It was left out for the flow it happened in.",
  FLOW_STOPPED: "The flow was stopped by a fault in Millrace. Please report it.",
} as const;

export type ErrorCode = keyof typeof errorCodes;
