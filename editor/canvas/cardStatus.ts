/** How a node is doing, in the order of what matters most: mistakes in the draft, then what the runtime reports. */
import type { Diagnostic } from "../../runtime/core/diagnostic.ts";
import type { NodeLive } from "../../runtime/protocol/live.ts";
import { count } from "../model/commands.ts";

export interface CardBadge {
  readonly tone: "error" | "warning";
  readonly text: string;
  /** The whole story, for the tooltip. */
  readonly detail: string;
}

/** @param offline why the MQTT connection of a running node does not carry messages */
export function badgeOf(
  problems: readonly Diagnostic[],
  live: NodeLive | undefined,
  offline: string | undefined,
): CardBadge | undefined {
  const errors = problems.filter((each) => each.severity === "error");
  if (errors.length > 0) return problemBadge("error", "problem", errors);
  if (offline !== undefined) return { tone: "error", text: "no broker", detail: offline };
  if (live?.status && live.status.level !== "ok") {
    return {
      tone: live.status.level,
      text: live.status.text,
      detail: live.lastError?.text ?? live.status.text,
    };
  }
  if (live && live.failed > 0) {
    return {
      tone: "warning",
      text: `${live.failed} failed`,
      detail: live.lastError?.text ?? "Messages it could not process",
    };
  }
  return problems.length > 0 ? problemBadge("warning", "warning", problems) : undefined;
}

function problemBadge(tone: CardBadge["tone"], noun: string, problems: readonly Diagnostic[]): CardBadge {
  return {
    tone,
    text: count(problems.length, noun),
    detail: problems.map((each) => each.message).join("\n"),
  };
}
