/**
 * The core contract: all a node type may import, and all it needs.
 *
 * A node file exports one {@link defineNode} value. It holds no clock, no I/O and no global: time, state, output and
 * expressions arrive through {@link Context}, effects leave as values.
 */

export { levelProblems } from "./alarm/levelProblems.ts";
export {
  clearLimit,
  highestRaised,
  type Level,
  type LevelState,
  nextSettling,
  observe,
  settle,
} from "./alarm/levels.ts";
export { nextReminder, reminderEveryMsMin } from "./alarm/reminders.ts";
export { type Alarm, calm as calmAlarm, note as noteStrength } from "./anomaly/alarm.ts";
export { isolationBaseline } from "./anomaly/isolation.ts";
export { recentBaseline } from "./anomaly/recent.ts";
export { isStuck, type Repeats } from "./anomaly/repeats.ts";
export { scoredNumbers, scoreOf, strengthOf } from "./anomaly/score.ts";
export type { Baseline } from "./anomaly/verdict.ts";
export { weekBaseline } from "./anomaly/week.ts";
export type { Effect, PublishEffect } from "./effect.ts";
export type { ErrorCode } from "./errors.ts";
export { type CompiledExpression, ExpressionError } from "./expression/expression.ts";
export { fingerprint } from "./fingerprint.ts";
export { jsonSizeExceeds } from "./json.ts";
export { limits } from "./limits.ts";
export { derive, type Message, noParams, type PayloadKind } from "./message.ts";
export { namedPorts } from "./namedPorts.ts";
export {
  type AnyNodeType,
  type Category,
  categories,
  defineNode,
  type EventTime,
  type Example,
  type FieldProblem,
  inputsOf,
  type NodeStatus,
  type NodeType,
  outputsOf,
  type PayloadFormat,
  type Port,
  type Subscription,
} from "./nodeType.ts";
export type { Clock, Context, Operator, OperatorEnv, Timer } from "./operator.ts";
export { inOrder, type Judging, type Ordered, type OrderedOperator } from "./order/inOrder.ts";
export { type Sorted, sorting } from "./order/sorting.ts";
export { eventsByName, type Taken, takenUpTo } from "./pattern/buffer.ts";
export { Matcher, type Matching, type Outcome } from "./pattern/matcher.ts";
export { mentionsField } from "./pattern/mentions.ts";
export type { Pattern } from "./pattern/pattern.ts";
export { forbids, rowProblems, rowText, stepsOf } from "./pattern/rows.ts";
export { publicationText, publicationTopic } from "./publication.ts";
export {
  config,
  type FieldHints,
  field,
  hintsOf,
  perKeyFields,
  type Static,
  type TSchema,
} from "./schema.ts";
export { keyText, tableOf } from "./table/lookup.ts";
export { floorTo, gcd } from "./time/align.ts";
export { nextCron, parseCron } from "./time/cron.ts";
export { parseDayTime } from "./time/dayTime.ts";
export { formatDuration, parseDuration } from "./time/duration.ts";
export {
  daysField,
  daysText,
  exceptionFields,
  exceptionProblems,
  fromToFields,
  type Half,
  localityOf,
  placeFields,
  placeProblems,
  programmeOf,
  weekdays,
  weekText,
} from "./time/hours.ts";
export { lastOccurrence, nextOccurrence } from "./time/moments.ts";
export { watchedNumber } from "./watchedNumber.ts";
export { calendarAssigner, fixedAssigner } from "./window/assigners.ts";
export { HoppingWindows } from "./window/hopping.ts";
export type { Updates } from "./window/job.ts";
export { PaneWindows } from "./window/panes.ts";
export { resultProblems, resultSchema, resultsText, windowJob } from "./window/results.ts";
export { CountWindows, RunningTotals } from "./window/running.ts";
export { SlidingWindows } from "./window/sliding.ts";
