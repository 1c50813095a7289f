import styles from "./segmented.module.css";

/** For Mantine's SegmentedControl. */
export const segmented = {
  root: styles.segmented ?? "",
  indicator: styles.indicator ?? "",
  label: styles.label ?? "",
  control: styles.control ?? "",
};
