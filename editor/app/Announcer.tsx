import { useValue } from "../canvas/useValue.ts";
import { useServices } from "./services.ts";

/** Says what was done to people who hear the page: "Undone: move 3 nodes". */
export function Announcer() {
  const text = useValue(useServices().announcement);
  return (
    <div className="visually-hidden" role="log" aria-live="polite">
      {text}
    </div>
  );
}
