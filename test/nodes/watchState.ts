/** Watches which keys an operator keeps state for, from inside its calls. */
import type { AnyNodeType, Context } from "../../runtime/core/api.ts";

export function watchState(type: AnyNodeType): {
  readonly type: AnyNodeType;
  readonly keys: ReadonlySet<string>;
} {
  const keys = new Set<string>();
  const note = (ctx: Context) => {
    if (ctx.state === undefined) keys.delete(ctx.key);
    else keys.add(ctx.key);
  };
  const watched: AnyNodeType = {
    ...type,
    operator(config, env) {
      const operator = type.operator(config, env);
      return {
        onMessage(message, port, ctx) {
          operator.onMessage(message, port, ctx);
          note(ctx);
        },
        onTimer(timer, ctx) {
          operator.onTimer?.(timer, ctx);
          note(ctx);
        },
      };
    },
  };
  return { type: watched, keys };
}
