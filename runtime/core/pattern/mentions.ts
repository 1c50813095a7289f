/**
 * Does an expression look at a field of its input of this name? Errs towards yes: then it is only evaluated more often.
 * A field of a field (`payload.door`) is another one, and a text (`"door"`) is none, unless a path starts with it.
 * A name that is put together at run time is not seen.
 */
export function mentionsField(source: string, name: string): boolean {
  for (let at = source.indexOf(name); at >= 0; at = source.indexOf(name, at + 1)) {
    const before = source.slice(0, at);
    const after = source.slice(at + name.length);
    const quote = /["']$/.exec(before)?.[0];
    if (quote !== undefined && after.startsWith(quote)) {
      if (/^.\s*[.[]/s.test(after) && !isInPath(before.slice(0, -1))) return true;
    } else if (!/[\w$]$/.test(before) && !/^\w/.test(after) && !isInPath(before.replace(/`$/, "")))
      return true;
  }
  return false;
}

/** Behind a dot stands a field of what is before it; `$.` and `$$.` are the input itself. */
function isInPath(before: string): boolean {
  return /\.\s*$/.test(before) && !/(^|[^\w$])\$\$?\s*\.\s*$/.test(before);
}
