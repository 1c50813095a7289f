/**
 * What a sequence must find, worked out from scratch: every way to pick messages is listed for every beginning, then the
 * matches are gone through in order of time. No state, no sharing; exponential.
 */
import type { PatternRow } from "../../runtime/core/pattern/rows.ts";
import { type Arrival, type Left, streamStart } from "./orderedStream.ts";

/** A row whose condition is that the payload has a letter; `alike`: and is as long as the first message of the first step. */
export interface ModelRow extends Omit<PatternRow, "when" | "until"> {
  readonly letter?: string;
  readonly alike: boolean;
  readonly untilLetter?: string;
}

export interface ModelPattern {
  readonly rows: readonly ModelRow[];
  readonly withinMs: number | undefined;
  readonly afterMatch: "none" | "next" | "past" | "first" | "last";
  readonly fromStep: string;
}

type Messages = readonly Arrival<string>[];

interface Step extends ModelRow {
  readonly most: number;
  readonly least: number;
  readonly never: readonly ModelRow[];
  readonly notNext: readonly ModelRow[];
}

interface Pick {
  /** Place of the message. */
  readonly at: number;
  readonly step: number;
}

/** A way to pick messages, and what it did with each since the first: 2k took it in step k, 2k + 1 waited in step k. */
interface Path {
  readonly picks: readonly Pick[];
  readonly trace: readonly number[];
}

/** A path that is open after the message at `until`, in the step `waits`. */
interface Open extends Path {
  readonly until: number;
  readonly waits: number;
  readonly passed: boolean;
  readonly taken: number;
}

interface Twin {
  readonly step: number;
  readonly begun: boolean;
}

interface Complete extends Path {
  /** Place of the message that completed it. */
  readonly on: number;
}

export function sequenceModel(messages: Messages, pattern: ModelPattern): Left[] {
  const steps = stepsOf(pattern.rows);
  const last = steps.at(-1)!;
  const ending = last.never.length > 0 ? "never" : last.notNext.length > 0 ? "notNext" : "step";
  const beginnings = messages.map(
    (_, start) => new Beginning(messages, steps, ending, start, pattern.withinMs),
  );
  const left: Left[] = [];
  let held: Path[] = [];
  let voidUpTo = -1;

  const startOf = ({ picks }: Path) => picks[0]!.at;
  const bound = ({ picks }: Path): number => {
    const { afterMatch, fromStep } = pattern;
    if (afterMatch === "none") return -1;
    if (afterMatch === "next") return picks[0]!.at;
    if (afterMatch === "past") return picks.at(-1)!.at;
    const of = picks.filter(({ step }) => steps[step]!.name === fromStep);
    const target = afterMatch === "first" ? of[0] : of.at(-1);
    return target ? target.at - 1 : -1;
  };
  /** @param seen how many messages came until then */
  const settle = (complete: readonly Path[], at: number, seen: number): Path[] => {
    const isOpen = ({ start, expiresAt, openAfter }: Beginning) =>
      start > voidUpTo && start < seen && expiresAt > at && openAfter(seen).length > 0;
    held = [...held, ...complete.filter((path) => startOf(path) > voidUpTo)];
    held.sort((one, other) => startOf(one) - startOf(other));
    const counted: Path[] = [];
    while (held.length > 0) {
      const first = held[0]!;
      const earlier = beginnings.slice(0, startOf(first)).some(isOpen);
      if (earlier && pattern.afterMatch !== "none") break;
      held.shift();
      counted.push(first);
      left.push(["match", at, payloadOf("match", first, {})]);
      voidUpTo = Math.max(voidUpTo, bound(first));
      held = held.filter((path) => startOf(path) > voidUpTo);
    }
    return counted;
  };
  const payloadOf = (state: string, { picks }: Path, extra: object) => {
    const time = ({ at }: Pick) => streamStart + messages[at]!.at;
    const events: Record<string, unknown> = {};
    for (const [index, { name, most }] of steps.entries()) {
      const of = picks
        .filter(({ step }) => step === index)
        .map((pick) => ({
          time: time(pick),
          payload: messages[pick.at]!.payload,
          topic: "test",
          key: messages[0]!.key,
        }));
      if (of.length > 0) events[name] = most === 1 ? of[0] : of;
    }
    return { state, start: time(picks[0]!), end: time(picks.at(-1)!), ...extra, events };
  };
  const expire = (at: number, seen: number) => {
    const over = beginnings.filter(({ expiresAt, start }) => expiresAt === at && start > voidUpTo);
    const open = over.flatMap((each) => each.openAfter(seen));
    const complete = distinct(open.filter((path) => ending === "never" && isDone(steps, path)));
    const counted = settle(complete, at, seen);
    const isVoid = (start: number) =>
      counted.some((match) => startOf(match) <= start && start <= bound(match));
    const missed = open.filter(
      (path) =>
        !isVoid(startOf(path)) &&
        !complete.some((each) => samePicks(each, path)) &&
        !(ending === "step" && restMayBeMissing(steps, path.waits, path.taken)),
    );
    for (const path of distinct(missed)) {
      const waits = Math.max(...missed.filter((each) => samePicks(each, path)).map((each) => each.waits));
      const waitingFor = steps[waits]?.name ?? pattern.rows.at(-1)!.name;
      left.push(["timeout", at, payloadOf("timeout", path, { waitingFor })]);
    }
  };

  let seen = 0;
  const expiries = [...new Set(beginnings.map(({ expiresAt }) => expiresAt))].sort((a, b) => a - b);
  for (const [index, message] of messages.entries()) {
    while (expiries[0] !== undefined && expiries[0] <= message.at) expire(expiries.shift()!, seen);
    seen = index + 1;
    const complete = beginnings
      .filter(({ start }) => start > voidUpTo && start <= index)
      .flatMap((each) => distinct(each.complete.filter(({ on }) => on === index)));
    settle(complete, message.at, seen);
  }
  for (const at of expiries) if (at !== Number.POSITIVE_INFINITY) expire(at, seen);
  return left;
}

/** Everything that can begin with one message. */
class Beginning {
  readonly start: number;
  /** Infinity without a time limit. */
  readonly expiresAt: number;
  readonly complete: Complete[] = [];
  private readonly open: Open[] = [];
  private readonly messages: Messages;
  private readonly steps: readonly Step[];
  private readonly ending: "step" | "never" | "notNext";
  /** Place behind the last message in time. */
  private readonly end: number;

  constructor(
    messages: Messages,
    steps: readonly Step[],
    ending: "step" | "never" | "notNext",
    start: number,
    withinMs: number | undefined,
  ) {
    this.messages = messages;
    this.steps = steps;
    this.ending = ending;
    this.start = start;
    this.expiresAt = withinMs === undefined ? Number.POSITIVE_INFINITY : messages[start]!.at + withinMs;
    const end = messages.findIndex(({ at }) => at >= this.expiresAt);
    this.end = end < 0 ? messages.length : end;
    this.begin();
    const byTrace = (one: Path, other: Path) => compare(one.trace, other.trace);
    this.complete.sort(byTrace);
    this.open.sort(byTrace);
  }

  /** What is open after so many messages, those of this beginning's time alone. */
  readonly openAfter = (seen: number): Open[] => {
    const until = Math.min(seen, this.end) - 1;
    return this.open.filter((each) => each.until === until);
  };

  private begin(): void {
    const { start, steps } = this;
    for (const [step, each] of steps.entries()) {
      const takes = this.takes(each, start, []);
      if (takes) this.pick({ picks: [], trace: [] }, start, step, 0);
      if (!each.optional) return;
      if (each.greedy && takes) return;
    }
  }

  private pick({ picks, trace }: Path, at: number, step: number, before: number): void {
    const { steps, ending } = this;
    const path: Path = { picks: [...picks, { at, step }], trace: [...trace, 2 * step] };
    const full = before + 1 === steps[step]!.most;
    const [next, taken] = full ? [step + 1, 0] : [step, before + 1];
    if (ending === "step" && restMayBeMissing(steps, next, taken)) this.complete.push({ ...path, on: at });
    if (ending !== "step" || next < steps.length) {
      this.open.push({ ...path, until: at, waits: next, passed: false, taken });
      const { never, notNext } = steps[step]!;
      const over = next > step || taken >= steps[step]!.least;
      let until = at + 1;
      const forbidden = () =>
        never.some((row) => this.fits(row, until, path.picks)) ||
        (over && until === at + 1 && notNext.some((row) => this.fits(row, until, path.picks)));
      while (until < this.end && !forbidden()) until++;
      this.walk(path, next, taken, at + 1, until, []);
    }
  }

  /**
   * Waits in a step from one message on, and goes every way from there.
   * @param end before this one
   * @param twins greedy steps that the same picks could still wait in instead, and whether those have begun
   */
  private walk(
    path: Path,
    step: number,
    taken: number,
    from: number,
    end: number,
    twins: readonly Twin[],
  ): void {
    const { steps, ending } = this;
    const { picks } = path;
    const trace = [...path.trace];
    let rivals = twins;
    const each = steps[step];
    for (let at = from; at < end; at++) {
      if (rivals.some((twin) => this.takes(steps[twin.step]!, at, picks))) return;
      rivals = rivals.filter((twin) => this.waits(steps[twin.step]!, twin.begun ? 1 : 0, at, picks));
      if (!each) {
        if (ending === "step") return;
        if (ending === "notNext") {
          this.complete.push({ picks, trace: [...trace, 2 * step], on: at });
          return;
        }
      } else {
        const takes = this.takes(each, at, picks);
        const waits = this.waits(each, taken, at, picks);
        if (takes) this.pick({ picks, trace }, at, step, taken);
        const mayEnd = taken === 0 ? each.optional : taken >= each.least;
        if (at === from && mayEnd && !(each.greedy && takes)) {
          const own = each.greedy && waits ? [{ step, begun: taken > 0 }] : [];
          this.walk({ picks, trace }, step + 1, 0, at, end, [...rivals, ...own]);
        }
        if (!waits) return;
      }
      trace.push(2 * step + 1);
      this.open.push({ picks, trace: [...trace], until: at, waits: step, passed: true, taken });
    }
  }

  private fits({ letter, alike }: ModelRow, at: number, picks: readonly Pick[]): boolean {
    const text = this.messages[at]!.payload;
    if (letter !== undefined && !text.includes(letter)) return false;
    const first = picks.find(({ step }) => step === 0);
    return !alike || (first !== undefined && this.messages[first.at]!.payload.length === text.length);
  }

  private isOver({ untilLetter }: Step, at: number): boolean {
    return untilLetter !== undefined && this.messages[at]!.payload.includes(untilLetter);
  }

  private takes(step: Step, at: number, picks: readonly Pick[]): boolean {
    return this.fits(step, at, picks) && !this.isOver(step, at);
  }

  private waits(step: Step, taken: number, at: number, picks: readonly Pick[]): boolean {
    if (taken > 0 && this.isOver(step, at)) return false;
    const how = taken > 0 ? step.between : step.comes;
    return how === "any" || (how === "later" && !this.fits(step, at, picks));
  }
}

function stepsOf(rows: readonly ModelRow[]): Step[] {
  const forbids = ({ comes }: ModelRow) => comes === "not" || comes === "notNext";
  return rows.flatMap((row, index) => {
    if (forbids(row)) return [];
    const rest = rows.slice(index + 1);
    const next = rest.findIndex((each) => !forbids(each));
    const after = next < 0 ? rest : rest.slice(0, next);
    const { times, count, most } = row;
    const step: Step = {
      ...row,
      least: times === "once" ? 1 : count,
      most:
        times === "once"
          ? 1
          : times === "exactly"
            ? count
            : times === "range"
              ? most
              : Number.POSITIVE_INFINITY,
      never: after.filter(({ comes }) => comes === "not"),
      notNext: after.filter(({ comes }) => comes === "notNext"),
    };
    return [step];
  });
}

function restMayBeMissing(steps: readonly Step[], step: number, taken: number): boolean {
  const each = steps[step];
  if (!each) return true;
  return (
    (taken === 0 ? each.optional : taken >= each.least) &&
    steps.slice(step + 1).every(({ optional }) => optional)
  );
}

function isDone(steps: readonly Step[], { waits, taken, passed }: Open): boolean {
  return restMayBeMissing(steps, waits, taken) && (!passed || waits === steps.length);
}

function samePicks(one: Path, other: Path): boolean {
  return JSON.stringify(one.picks) === JSON.stringify(other.picks);
}

/** The first of those with the same picks. */
function distinct<Each extends Path>(paths: readonly Each[]): Each[] {
  return paths.filter((path, index) => paths.findIndex((each) => samePicks(each, path)) === index);
}

/** Of two ways that part, the one that takes the message in an earlier step, or waits for it, comes first. */
function compare(one: readonly number[], other: readonly number[]): number {
  const index = one.findIndex((each, at) => each !== other[at]);
  return index < 0 ? 0 : one[index]! - (other[index] ?? 0);
}
