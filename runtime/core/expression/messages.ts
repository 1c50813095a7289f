/**
 * What JSONata's error codes mean, in our words (the parser brings texts of its own). `{{name}}` inserts a value as JSON,
 * `{{{name}}}` inserts it as text.
 */
export const messages: Readonly<Record<string, string>> = {
  T0410: "Argument {{index}} of {{{function}}} is not of a kind that the function takes",
  T0411:
    "{{{function}}} would work on the current value, which is not of a kind it takes (argument {{index}})",
  T0412: "Argument {{index}} of {{{function}}} must be a list of {{{type}}}",
  D1001: "{{value}} is not a number that can be stored",
  D1002: "{{value}} is not a number, so it has no negative",
  T1003: "The name of a field must be a text, not {{value}}",
  D1004: "This pattern matches an empty text, which would match everywhere",
  T1005: "This is not a function. Did you forget the $ before {{{token}}}?",
  T1006: "This is not a function, so it cannot be called",
  T1007: "This is not a function. Did you forget the $ before {{{token}}}?",
  T1008: "This is not a function, so it cannot be prepared with ?",
  D1009: "Two fields would be called {{value}}",
  T1010: "The matcher given to {{{function}}} does not answer in the form of a match",
  T2001: "Left of {{{token}}} there must be a number",
  T2002: "Right of {{{token}}} there must be a number",
  T2003: "A range starts with a whole number",
  T2004: "A range ends with a whole number",
  T2006: "Right of ~> there must be a function",
  T2007: "Cannot sort {{value}} against {{value2}}: a text and a number have no order",
  T2008: "Only numbers and texts can be sorted by",
  T2009: "{{value}} and {{value2}} cannot be compared with {{{token}}}: they are of different kinds",
  T2010: "Only numbers and texts can be compared with {{{token}}}",
  T2011: "What a transform puts in must be an object, not {{value}}",
  T2012: "What a transform takes out must be named by a text or a list of texts, not {{value}}",
  T2013: "A transform needs $clone, which was given another meaning here",
  D2014: "A range of {{value}} numbers is too long",
  D3001: "Infinity and NaN cannot be written as text",
  D3010: "$replace cannot search for an empty text",
  D3011: "How often $replace replaces must be a number from 0",
  D3012: "What $replace puts in must be a text",
  D3020: "How many parts $split gives must be a number from 0",
  D3030: "{{value}} cannot be read as a number",
  D3040: "How many matches $match gives must be a number from 0",
  D3050: "$reduce needs a function of at least two arguments",
  D3060: "{{value}} is negative and has no square root",
  D3061: "{{value}} to the power of {{exp}} is not a number that can be stored",
  D3070: "$sort alone sorts numbers or texts; for anything else give it a function that compares two",
  D3080: "A number picture has at most two parts, for positive and negative numbers",
  D3081: "A number picture has at most one decimal point in each part",
  D3082: "A number picture has at most one percent sign in each part",
  D3083: "A number picture has at most one per-mille sign in each part",
  D3084: "A number picture cannot have both a percent and a per-mille sign",
  D3085: "A number picture needs at least one digit, such as 0 or #",
  D3086: "Text in a number picture must stand before or behind its digits, not among them",
  D3087: "In a number picture, a grouping comma cannot stand beside the decimal point",
  D3088: "In a number picture, the whole part cannot end with a grouping comma",
  D3089: "A number picture cannot have two grouping commas side by side",
  D3090: "Before the decimal point of a number picture, # stands left of 0",
  D3091: "Behind the decimal point of a number picture, # stands right of 0",
  D3092: "A number picture with a percent or per-mille sign cannot have an exponent",
  D3093: "The exponent of a number picture consists of 0 alone",
  D3100: "$formatBase writes in bases 2 to 36, not {{value}}",
  D3110: "$toMillis reads ISO 8601 times; {{value}} is none. Give a picture for other forms",
  D3120: "The text given to $eval is not an expression: {{{message}}}",
  D3121: "The text given to $eval failed: {{{message}}}",
  D3130: "Numbering that starts with {{value}} is not available",
  D3131: "The digits of a picture must all belong to one script",
  D3132: "A time picture has no component called {{value}}",
  D3133: "Only months and days have names, not {{value}}",
  D3134: "A time zone has at most four digits",
  D3135: "A time picture opens a bracket [ and does not close it",
  D3136: "The time picture leaves out a part that is needed to read a time",
  D3137: "{{{message}}}",
  D3138: "$single found more than one match",
  D3139: "$single found no match",
  D3140: "{{{function}}} cannot read {{value}} as part of a URL",
  D3141: "{{{message}}}",
  D3901: "{{value}} is not a time in milliseconds",
  D3902: "{{value}} is not a zone. Write UTC or an offset such as +01:00",
  D3903: "There is no unit called {{value}}{{{hint}}}",
  D3904: "{{from}} is a {{{quantity}}} and {{to}} a {{{other}}}: one cannot become the other",
  EXPR_UNSUPPORTED: "Not supported yet: {{{construct}}}",
  EXPR_LIMIT: "The evaluation was stopped because {{{reason}}}",
  EXPR_FUNCTION: "The expression yields a function, not a value. Did you forget the parentheses of a call?",
};

/** Fills a message template. Long values are cut: the text is for people, the data is beside it. */
export function formatMessage(code: string, inserts: Readonly<Record<string, unknown>>): string {
  const template = Object.hasOwn(messages, code) ? messages[code] : undefined;
  if (template === undefined) return code;
  return template
    .replace(/\{\{\{([^}]+)\}\}\}/g, (_, name: string) => String(inserts[name]))
    .replace(/\{\{([^}]+)\}\}/g, (_, name: string) => shorten(shown(inserts[name])));
}

/** JSON has no infinity. */
function shown(value: unknown): string {
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "nothing");
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
