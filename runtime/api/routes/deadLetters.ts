/** Messages that could not be processed: read them, have them processed again, or let go of them. */
import { DeadLetterDetail, DeadLetterPage, ReplayResult } from "../../protocol/http.ts";
import { Refusal } from "../../protocol/refusal.ts";
import { limits } from "../limits.ts";
import { type Route, route } from "../route.ts";

const filters = { flow: "Only those of this flow.", node: "Only those of the node with this id." } as const;

export const deadLetterRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/dead-letters",
    operation: "listDeadLetters",
    summary: "Messages that could not be processed, newest first, a page at a time",
    tag: "dead letters",
    query: {
      ...filters,
      before: "Only those older than the dead letter with this id: `next` of the page before.",
      limit: `At most so many, 1 to ${limits.deadLettersMax}; ${limits.deadLettersUsual} if not given.`,
    },
    status: 200,
    answer: DeadLetterPage,
    refuses: ["BAD_REQUEST"],
    handle: ({ query: { flow, node, before, limit } }, { letters }) => {
      return { status: 200, body: letters.page({ flow, node }, readLimit(limit), before) };
    },
  }),
  route({
    method: "delete",
    path: "/api/dead-letters",
    operation: "clearDeadLetters",
    summary: "Discard all dead letters, or all that match",
    tag: "dead letters",
    query: filters,
    status: 204,
    refuses: [],
    handle: ({ query: { flow, node } }, { letters }) => {
      letters.clear({ flow, node });
      return { status: 204 };
    },
  }),
  route({
    method: "get",
    path: "/api/dead-letters/{letter}",
    operation: "getDeadLetter",
    summary: "A dead letter with its whole payload",
    tag: "dead letters",
    status: 200,
    answer: DeadLetterDetail,
    refuses: ["DEAD_LETTER_UNKNOWN"],
    handle: ({ params }, { letters }) => ({ status: 200, body: letters.get(params.letter) }),
  }),
  route({
    method: "delete",
    path: "/api/dead-letters/{letter}",
    operation: "discardDeadLetter",
    summary: "Discard a dead letter",
    tag: "dead letters",
    status: 204,
    refuses: ["DEAD_LETTER_UNKNOWN"],
    handle: ({ params }, { letters }) => {
      letters.discard(params.letter);
      return { status: 204 };
    },
  }),
  route({
    method: "post",
    path: "/api/dead-letters/{letter}/replay",
    operation: "replayDeadLetter",
    summary: "Give the message to its node again; one that fails again comes back with another id",
    tag: "dead letters",
    status: 202,
    refuses: ["DEAD_LETTER_UNKNOWN", "NOT_REPLAYABLE", "FLOW_NOT_LIVE", "FLOW_PAUSED", "DATA_PLANE_DOWN"],
    handle: async ({ params }, { letters }) => {
      await letters.replay(params.letter);
      return { status: 202 };
    },
  }),
  route({
    method: "post",
    path: "/api/flows/{id}/dead-letters/replay",
    operation: "replayDeadLetters",
    summary: "Give all dead letters of a live flow to their nodes again, oldest first",
    tag: "dead letters",
    query: { node: filters.node },
    status: 202,
    answer: ReplayResult,
    refuses: ["FLOW_UNKNOWN", "FLOW_NOT_LIVE", "FLOW_PAUSED", "DATA_PLANE_DOWN"],
    handle: async ({ params, query: { node } }, { flows, letters }) => {
      flows.deployed(params.id);
      return { status: 202, body: await letters.replayAll(params.id, { node }) };
    },
  }),
];

function readLimit(given: string | undefined): number {
  if (given === undefined) return limits.deadLettersUsual;
  const limit = Number(given);
  if (Number.isInteger(limit) && limit >= 1 && limit <= limits.deadLettersMax) return limit;
  throw new Refusal(
    "BAD_REQUEST",
    `limit is "${given.slice(0, 20)}": expected a number from 1 to ${limits.deadLettersMax}.`,
  );
}
