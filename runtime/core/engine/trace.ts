/**
 * What the engine is at, told as it goes, so that whoever watches can say what it was when the engine does not come back.
 * Called for every node a message runs through: it must cost next to nothing.
 */
export interface Trace {
  /** A number for a node of a flow that is being deployed. */
  nameNode(flow: string, node: string): number;
  /** Turns to an input, or to the timers of a batch. */
  atPosition(position: number): void;
  /** A node is at work. */
  atNode(name: number): void;
}

export const noTrace: Trace = {
  nameNode: () => 0,
  atPosition: () => undefined,
  atNode: () => undefined,
};
