/**
 * Numbers while they are being typed. What is not a number yet stays in the config as the text it is, so that no
 * keystroke is lost and the validator, not the input, says that it is not a number.
 */

/** @returns a number, the text itself when it is not one, or undefined when it is empty */
export function numberFromText(text: string): number | string | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const plain = trimmed.replace("−", "-").replace(",", ".");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(plain)) return text;
  const value = Number(plain);
  return Number.isFinite(value) ? value : text;
}

/** What to show for a value: the text as typed while it still means this value ("26," or "1.0"), else the value. */
export function textOfNumber(value: unknown, typed: string): string {
  if (value === undefined || value === null) return typed.trim() === "" ? typed : "";
  return numberFromText(typed) === value ? typed : String(value);
}

/** What is wrong with the value of a number field, or undefined. */
export function numberProblem(value: unknown): string | undefined {
  return typeof value === "string"
    ? `“${value.trim()}” is not a number. Write it like 26 or 22.5.`
    : undefined;
}
