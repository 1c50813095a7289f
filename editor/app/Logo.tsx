import { hrefOf } from "./route.ts";
import styles from "./topBar.module.css";

export function Logo() {
  return (
    <a className={styles.logo} href={hrefOf({ page: "flows" })} aria-label="Millrace, all flows">
      <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true">
        <rect width="24" height="24" rx="5" fill="var(--accent)" />
        <path
          d="M5 9c3.5-3 6.5 3 14 0M5 15c3.5-3 6.5 3 14 0"
          fill="none"
          stroke="var(--accent-text)"
          strokeWidth="2"
          strokeLinecap="round"
        />
      </svg>
      <span className={styles.product}>Millrace</span>
    </a>
  );
}
