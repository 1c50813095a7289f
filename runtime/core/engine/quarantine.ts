/** Inputs that are left out for one flow, because they made the engine die or hang there, more than once. */
export interface QuarantinedInput {
  /** Of the input; that of its batch when it was a timer. */
  readonly position: number;
  readonly flow: string;
  /** Where it happened. */
  readonly node: string;
  /** What happened, for a person. */
  readonly cause: string;
}

export class Quarantine {
  private readonly inputs: readonly QuarantinedInput[];

  constructor(inputs: readonly QuarantinedInput[]) {
    this.inputs = inputs;
  }

  get isEmpty(): boolean {
    return this.inputs.length === 0;
  }

  at(position: number): readonly QuarantinedInput[] {
    return this.inputs.filter((each) => each.position === position);
  }

  find(position: number, flow: string): QuarantinedInput | undefined {
    return this.inputs.find((each) => each.position === position && each.flow === flow);
  }
}
