import type { CompiledExpression } from "./expression/expression.ts";
import type { Message } from "./message.ts";
import type { Context } from "./operator.ts";

/**
 * The number a node watches in a message.
 * @param source text of the expression, for people
 * @param magnitudeMax larger ones are none
 * @returns undefined when it is no finite number: the message has failed then
 * @throws ExpressionError when the expression fails
 */
export function watchedNumber(
  ctx: Pick<Context, "evaluate" | "fail">,
  expression: CompiledExpression,
  source: string,
  message: Message,
  magnitudeMax = Number.MAX_VALUE,
): number | undefined {
  const value = ctx.evaluate(expression, message);
  if (typeof value === "number" && Math.abs(value) <= magnitudeMax) return value;
  const text = `Watching ${source}: it gave ${JSON.stringify(value) ?? "no result"}, not a number.`;
  ctx.fail("VALUE_NOT_A_NUMBER", text, message);
  return undefined;
}
