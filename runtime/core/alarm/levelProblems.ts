/** What can be wrong with the levels of an alarm, as settings name them. */
import type { FieldProblem } from "../nodeType.ts";

/** As they are while somebody fills them in. */
export interface LevelSettings {
  readonly when: "above" | "below" | "outside";
  readonly setPoint?: number;
  readonly clearPoint?: number;
  readonly low?: number;
  readonly high?: number;
  readonly clearMargin?: number;
  /** Name of the first level. */
  readonly severity?: string;
  readonly levels?: readonly {
    readonly name?: string;
    readonly setPoint?: number;
    readonly low?: number;
    readonly high?: number;
  }[];
}

/** Of the first level, then of those beyond it. */
export function levelProblems(settings: LevelSettings): FieldProblem[] {
  return [...firstLevelProblems(settings), ...furtherLevelProblems(settings)];
}

function furtherLevelProblems({
  when,
  setPoint,
  low,
  high,
  severity,
  levels = [],
}: LevelSettings): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const names = [severity || "warning"];
  const before = { setPoint, low, high };
  const beyond = (name: "setPoint" | "low" | "high", sign: 1 | -1, index: number) => {
    const [value, other] = [levels[index]?.[name], before[name]];
    const field = `/levels/${index}/${name}`;
    if (value === undefined) problems.push({ field, message: "Say where this level begins." });
    else if (other !== undefined && sign * (value - other) <= 0) {
      const message = `Must be ${sign > 0 ? "above" : "below"} that of the level before (${other}).`;
      problems.push({ field, message });
    }
    before[name] = value ?? other;
  };
  for (const [index, { name = "" }] of levels.entries()) {
    if (names.includes(name)) {
      problems.push({ field: `/levels/${index}/name`, message: `Two levels are called ${name}.` });
    }
    names.push(name);
    if (when === "outside") {
      beyond("low", -1, index);
      beyond("high", 1, index);
    } else beyond("setPoint", when === "below" ? -1 : 1, index);
  }
  return problems;
}

function firstLevelProblems(config: LevelSettings): FieldProblem[] {
  const { when, setPoint, clearPoint, low, high, clearMargin = 0 } = config;
  const problems: FieldProblem[] = [];
  if (when === "outside") {
    if (low === undefined) problems.push({ field: "/low", message: "Say where the range begins." });
    if (high === undefined) problems.push({ field: "/high", message: "Say where the range ends." });
    if (low === undefined || high === undefined) return problems;
    if (low >= high)
      problems.push({ field: "/high", message: `“Range to” must be above “Range from” (${low}).` });
    else if (2 * clearMargin > high - low) {
      const message = `With this margin nothing lies inside: at most ${(high - low) / 2}.`;
      problems.push({ field: "/clearMargin", message });
    }
    return problems;
  }
  if (setPoint === undefined)
    return [{ field: "/setPoint", message: "Say from which value on it is raised." }];
  if (clearPoint === undefined) return [];
  const side = when === "above" ? "above" : "below";
  if (when === "above" ? clearPoint > setPoint : clearPoint < setPoint) {
    const message = `Must not be ${side} the set point (${setPoint}): it would flicker.`;
    problems.push({ field: "/clearPoint", message });
  }
  return problems;
}
