/** Pages by the part of the address behind `#`: #/flows, #/flows/<id>, #/settings; without one, the start. */
import { useSyncExternalStore } from "react";

export type Route =
  /** Where the printed link leads; see StartPage. */
  | { readonly page: "start" }
  | { readonly page: "flows" }
  | { readonly page: "flow"; readonly id: string }
  | { readonly page: "settings" };

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => window.location.hash));
}

export function parseRoute(hash: string): Route {
  if (hash === "" || hash === "#") return { page: "start" };
  const [page, id] = hash.replace(/^#\/?/, "").split("/");
  if (page === "settings") return { page };
  return page === "flows" && id ? { page: "flow", id: decoded(id) } : { page: "flows" };
}

export function hrefOf(route: Exclude<Route, { page: "start" }>): string {
  return route.page === "flow" ? `#/flows/${encodeURIComponent(route.id)}` : `#/${route.page}`;
}

export function goTo(route: Exclude<Route, { page: "start" }>): void {
  window.location.hash = hrefOf(route);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}

/** An address somebody typed may be no proper encoding; then it names no flow, and the page says so. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
