/** JSONata's built-in functions as people meet them while typing: what to pass, and what comes back. */
export interface BuiltIn {
  /** With its `$`. */
  readonly name: string;
  /** As in `(value, digits?)`. */
  readonly signature: string;
  readonly purpose: string;
  /** JSONata does not have it: Millrace does. */
  readonly own?: true;
}

export const builtIns: readonly BuiltIn[] = [
  // Numbers
  f("round", "(number, digits?)", "Rounds to so many decimal places; a half goes to the even neighbour."),
  f("random", "()", "A random number from 0 to below 1."),
  f("abs", "(number)", "The number without its sign."),
  f("floor", "(number)", "Rounds down to a whole number."),
  f("ceil", "(number)", "Rounds up to a whole number."),
  f("power", "(base, exponent)", "Raises the base to a power."),
  f("sqrt", "(number)", "The square root."),
  f("number", "(value)", "Turns text such as “22.6”, or true and false, into a number."),
  own(
    "convert",
    "(number, from, to)",
    "Changes units: $convert(21, “°C”, “°F”). Temperature, length, pressure, energy, power, flow.",
  ),
  f("formatNumber", "(number, picture, options?)", "Writes a number by a pattern such as “#0.0”."),
  f("formatInteger", "(number, picture)", "Writes a whole number as words, Roman numerals or letters."),
  f("parseInteger", "(text, picture)", "Undoes $formatInteger."),
  f("formatBase", "(number, base?)", "Writes a whole number in base 2 to 36."),
  // Many values
  f("sum", "(numbers)", "Adds all numbers of an array."),
  f("average", "(numbers)", "The mean of an array of numbers."),
  f("min", "(numbers)", "The smallest number of an array."),
  f("max", "(numbers)", "The largest number of an array."),
  f("count", "(array)", "How many items there are."),
  f("append", "(array, array)", "Joins two arrays into one."),
  f("sort", "(array, order?)", "Puts items in order; the function says when two are the wrong way round."),
  f("shuffle", "(array)", "The items in random order."),
  f("reverse", "(array)", "The items from last to first."),
  f("distinct", "(array)", "Leaves out items that came before."),
  f("zip", "(array, …)", "Pairs up items at the same place of several arrays."),
  f("map", "(array, function)", "Applies a function to every item."),
  f("filter", "(array, function)", "Keeps the items for which the function gives true."),
  f("single", "(array, function?)", "The one item that matches; an error when there are none or several."),
  f("reduce", "(array, function, start?)", "Folds all items into one value."),
  // Text
  f("string", "(value, pretty?)", "Turns any value into text."),
  f("length", "(text)", "How many characters the text has."),
  f("substring", "(text, start, length?)", "A part of the text, counted from 0; negative from the end."),
  f("substringBefore", "(text, mark)", "What stands before the first mark."),
  f("substringAfter", "(text, mark)", "What stands after the first mark."),
  f("uppercase", "(text)", "All letters large."),
  f("lowercase", "(text)", "All letters small."),
  f("trim", "(text)", "Without blanks at either end, and single ones between words."),
  f("pad", "(text, width, fill?)", "Fills the text up to a width; on the left when the width is negative."),
  f("contains", "(text, part)", "Is the part, or a match of the pattern, in the text?"),
  f("split", "(text, separator, limit?)", "Cuts the text into an array."),
  f("join", "(texts, separator?)", "Puts an array of texts together."),
  f("match", "(text, pattern, limit?)", "All places where a pattern fits."),
  f("replace", "(text, pattern, replacement, limit?)", "Puts something else in place of each match."),
  f("base64encode", "(text)", "The text in base 64."),
  f("base64decode", "(text)", "The text that base 64 stands for."),
  f("encodeUrlComponent", "(text)", "The text made safe for one part of a URL."),
  f("decodeUrlComponent", "(text)", "Undoes encodeUrlComponent."),
  f("encodeUrl", "(url)", "A whole URL with unsafe characters escaped."),
  f("decodeUrl", "(url)", "Undoes encodeUrl."),
  // Conditions
  f("exists", "(value)", "Does the path lead to a value?"),
  f("boolean", "(value)", "True unless the value is empty, zero, false or missing."),
  f("not", "(value)", "The opposite of what $boolean gives."),
  f("type", "(value)", "What the value is: “number”, “string”, “object”…"),
  f("error", "(message?)", "Stops with this message; the node treats it as bad data."),
  f("assert", "(condition, message?)", "Stops with the message unless the condition holds."),
  f("eval", "(text, context?)", "Evaluates text as an expression; it sees the variables around the call."),
  // Objects
  f("keys", "(object)", "The names of its fields."),
  f("lookup", "(object, name)", "The field of that name."),
  f("spread", "(object)", "An array with one object for each field."),
  f("merge", "(objects)", "One object from many; later fields win."),
  f("each", "(object, function)", "Applies a function to every field, and gives an array."),
  f("sift", "(object, function)", "Keeps the fields for which the function gives true."),
  f("clone", "(value)", "A copy of the value."),
  // Time
  f("now", "(picture?, zone?)", "The time of processing as ISO 8601 text, the same throughout one message."),
  f("millis", "()", "The time of processing in milliseconds since 1970."),
  f("toMillis", "(text, picture?)", "Reads a time of day and date into milliseconds since 1970."),
  own(
    "hour",
    "(milliseconds, zone?)",
    "The hour of a time, 0 to 23; the zone is UTC or an offset such as “+01:00”.",
  ),
  own("minute", "(milliseconds, zone?)", "The minute of a time, 0 to 59."),
  own("minuteOfDay", "(milliseconds, zone?)", "The minutes since midnight, 0 to 1439: easy to compare."),
  own("weekday", "(milliseconds, zone?)", "The day of the week, 1 for Monday to 7 for Sunday."),
  f("fromMillis", "(milliseconds, picture?, zone?)", "Writes milliseconds since 1970 as ISO 8601 text."),
];

function f(name: string, signature: string, purpose: string): BuiltIn {
  return { name: `$${name}`, signature, purpose };
}

/** One of Millrace's own. */
function own(name: string, signature: string, purpose: string): BuiltIn {
  return { ...f(name, signature, purpose), own: true };
}
