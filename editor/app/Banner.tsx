import { useEffect, useState } from "react";
import { useValue } from "../canvas/useValue.ts";
import { useConnectionState, useSystemStatus } from "../live/hooks.ts";
import styles from "./banner.module.css";
import { useServices } from "./services.ts";

/** Says that the session has ended, that the runtime is away, or what is wrong with it, and what happens next. */
export function Banner() {
  const { sessionExpired, live } = useServices();
  const expired = useValue(sessionExpired);
  const away = useAway();
  if (expired) {
    return (
      <div className={styles.banner} role="alert">
        <span>
          Your session has ended. Unsaved edits are kept in this browser. <a href="/login">Log in again</a>,
          or open the link that Millrace printed when it started.
        </span>
      </div>
    );
  }
  if (!away) return <Problems />;
  return (
    <div className={styles.banner} role="alert">
      The runtime does not answer. You can go on editing: edits are kept in this browser and saved when it is
      back.
      <button type="button" onClick={() => live.retryNow()}>
        Try now
      </button>
    </div>
  );
}

/** What the runtime says a person should look at. One that was read can be put away until it is another. */
function Problems() {
  const problems = useSystemStatus()?.problems ?? [];
  const [read, setRead] = useState<readonly string[]>([]);
  const [first, ...more] = problems.filter(({ text }) => !read.includes(text));
  if (!first) return null;
  return (
    <div className={styles.banner} role="alert">
      <span>
        {first.text}
        {more.length > 0 && ` (And ${more.length} more.)`}
      </span>
      <button type="button" onClick={() => setRead([...read, first.text])}>
        Put away
      </button>
    </div>
  );
}

/** A short break, as while a page loads or the runtime restarts, is no news. */
const patienceMs = 2500;

function useAway(): boolean {
  const open = useConnectionState() === "open";
  const [away, setAway] = useState(false);
  useEffect(() => {
    if (open) return setAway(false);
    const timer = setTimeout(() => setAway(true), patienceMs);
    return () => clearTimeout(timer);
  }, [open]);
  return away;
}
