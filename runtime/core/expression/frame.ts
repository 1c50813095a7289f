import type { EvaluationEnv } from "./expression.ts";
import { type Fault, limitFault } from "./fault.ts";
import { FunctionValue } from "./functionValue.ts";
import type { ExpressionLimits } from "./limits.ts";
import { RandomNumbers } from "./random.ts";
import type { Scope } from "./scope.ts";
import { isFlagged } from "./values.ts";

/** A compiled node: the context value (`$`) in, its value out. Sequences that leave it are collapsed. */
export type Code = (input: unknown, frame: Frame) => unknown;

/** The value of a slot nothing was bound to yet. */
export const unbound: unique symbol = Symbol("millrace.expression.unbound");

/** The variables of one block or call at run time. Slots are assigned by the Scope of the same block or call. */
export class Frame {
  readonly values: unknown[];
  readonly parent: Frame | undefined;
  readonly run: Run;
  constructor(values: unknown[], parent: Frame | undefined, run: Run) {
    this.values = values;
    this.parent = parent;
    this.run = run;
  }
}

/** Values of a frame nothing is bound in yet. */
export function unboundValues(slots: number): unknown[] {
  if (slots === 0) return noValues;
  const values: unknown[] = [];
  for (let slot = 0; slot < slots; slot++) values.push(unbound);
  return values;
}

const noValues: unknown[] = [];

/** Compiles text met during an evaluation, which sees the variables of a scope. */
export type TextCompiler = (source: string, outer: Scope | undefined) => { code: Code; scope: Scope };

/** What text sees that `$eval` evaluates: the variables and the context of the call. */
export interface Caller {
  readonly scope: Scope;
  readonly frame: Frame;
  readonly input: unknown;
}

/** One evaluation at a time: what it started from and how much it may still do. */
export class Run {
  root: unknown = undefined;
  now = 0;
  readonly limits: ExpressionLimits;
  readonly texts: TextCompiler;
  /** A flagged array or a function was put inside another value: `release` has to look for it. */
  nested = false;
  depth = 0;
  /** Where `$eval` is being called from, until it has begun. */
  caller: Caller | undefined = undefined;
  /** A frame without variables. */
  readonly frame: Frame;
  private env: EvaluationEnv | undefined = undefined;
  private steps = 0;
  private numbers: RandomNumbers | undefined = undefined;
  private resultSize = 0;
  constructor(limits: ExpressionLimits, texts: TextCompiler) {
    this.limits = limits;
    this.texts = texts;
    this.frame = new Frame(noValues, undefined, this);
  }

  begin(root: unknown, env: EvaluationEnv): void {
    this.root = root;
    this.now = env.now;
    this.env = env;
    this.nested = false;
    this.depth = 0;
    this.steps = 0;
    this.resultSize = 0;
    this.numbers = undefined;
  }

  /** Lets go of the input. */
  end(): void {
    this.root = undefined;
    this.env = undefined;
  }

  /** Evenly spread from 0 to below 1. */
  random(): number {
    this.numbers ??= new RandomNumbers(this.env?.seed?.() ?? this.now);
    return this.numbers.next();
  }

  /** @throws Fault EXPR_LIMIT */
  charge(steps: number): void {
    this.steps += steps;
    if (this.steps > this.limits.stepsMax)
      throw limitFault(`it took more than ${this.limits.stepsMax} steps`);
  }

  /** Accounts for an array about to be made. @throws Fault EXPR_LIMIT */
  chargeArray(length: number): void {
    if (length > this.limits.arrayLengthMax) {
      throw limitFault(`it makes an array of more than ${this.limits.arrayLengthMax} items`);
    }
    this.charge(length);
  }

  /** Accounts for a text about to be made. @throws Fault EXPR_LIMIT */
  chargeText(length: number): void {
    if (length > this.limits.textLengthMax) throw this.textFault();
    this.charge(length >> 6);
  }

  /** Accounts for a part of the result. @throws Fault EXPR_LIMIT */
  chargeResult(size: number): void {
    this.resultSize += size;
    if (this.resultSize > this.limits.resultSizeMax) {
      throw limitFault(`its result has more than ${this.limits.resultSizeMax} values and characters`);
    }
  }

  enter(): void {
    if (++this.depth > this.limits.callDepthMax) {
      throw limitFault(`functions call each other more than ${this.limits.callDepthMax} levels deep`);
    }
    this.charge(1);
  }

  /** Notes that a value is put inside another. Returns it. */
  nest(value: unknown): unknown {
    if (isFlagged(value) || value instanceof FunctionValue) this.nested = true;
    return value;
  }

  private textFault(): Fault {
    return limitFault(`it makes a text of more than ${this.limits.textLengthMax} characters`);
  }
}
