/** The printed link leads here and on: to the flow when there is one alone, as at the first start, else to the list. */
import { useEffect } from "react";
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
      (flows) => lead(hrefOf(flows.length === 1 ? { page: "flow", id: flows[0]!.id } : { page: "flows" })),
      // The list says what is wrong, and tries again.
      () => lead(hrefOf({ page: "flows" })),
    );
    return () => {
      left = true;
    };
  }, [api]);
  return null;
}
