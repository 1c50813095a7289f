import { topicProblem } from "../core/topic/template.ts";
import { type ClientMessage, isPeekable, type PeekedTopic, peekLimits } from "../protocol/live.ts";

/** What a browser said, checked; undefined when it is no message of the protocol. */
export function readMessage(text: string): ClientMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Whatever it is, it is no message; the caller closes the connection and says so.
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { type, flow, topics } = value as { type?: unknown; flow?: unknown; topics?: unknown };
  if (type === "watch" && isFlow(flow)) return { type, flow };
  if (type !== "peek" || !Array.isArray(topics) || topics.length > peekLimits.filtersMax) return undefined;
  return topics.every(isTopic)
    ? { type, topics: topics.map(({ connection, filter }) => ({ connection, filter })) }
    : undefined;
}

function isFlow(value: unknown): value is string | null {
  return value === null || (typeof value === "string" && value.length <= 64);
}

function isTopic(value: unknown): value is PeekedTopic {
  if (typeof value !== "object" || value === null) return false;
  const { connection, filter } = value as { connection?: unknown; filter?: unknown };
  if (typeof connection !== "string" || typeof filter !== "string") return false;
  const problem = topicProblem(filter, { levels: false, wildcards: true });
  return problem === undefined && isPeekable({ connection, filter });
}
