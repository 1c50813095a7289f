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
  private readonly byPosition = new Map<number, QuarantinedInput[]>();

  constructor(inputs: readonly QuarantinedInput[]) {
    for (const input of inputs) {
      const others = this.byPosition.get(input.position);
      if (others) others.push(input);
      else this.byPosition.set(input.position, [input]);
    }
  }

  get isEmpty(): boolean {
    return this.byPosition.size === 0;
  }

  at(position: number): readonly QuarantinedInput[] {
    return this.byPosition.get(position) ?? [];
  }

  find(position: number, flow: string): QuarantinedInput | undefined {
    return this.byPosition.get(position)?.find((each) => each.flow === flow);
  }
}
