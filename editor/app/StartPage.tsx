/** The printed link leads here and on: to the flow this browser was in last, the first time to one that runs, else to the list. */
import { useEffect } from "react";
import type { FlowSummary } from "../../runtime/protocol/http.ts";
import { lastFlow } from "./lastFlow.ts";
import { hrefOf } from "./route.ts";
import { useServices } from "./services.ts";

export function StartPage() {
  const { api } = useServices();
  useEffect(() => {
    let left = false;
    // Replaced, so that Back does not lead here again.
    const lead = (hash: string) => {
      if (!left) window.location.replace(hash);
    };
    api.listFlows().then(
      (flows) => {
        const id = startOf(flows, lastFlow());
        lead(hrefOf(id === undefined ? { page: "flows" } : { page: "flow", id }));
      },
      // The list says what is wrong, and tries again.
      () => lead(hrefOf({ page: "flows" })),
    );
    return () => {
      left = true;
    };
  }, [api]);
  return null;
}

/** @param last the flow somebody was in last, if it is still there */
export function startOf(flows: readonly FlowSummary[], last: string | undefined): string | undefined {
  if (flows.some(({ id }) => id === last)) return last;
  const running = flows.filter(({ live }) => live).sort((one, other) => one.updatedAt - other.updatedAt);
  return (running[0] ?? (flows.length === 1 ? flows[0] : undefined))?.id;
}
