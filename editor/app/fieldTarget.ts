/** A place in the inspector that a problem leads to. A new object asks again for the same place. */
export interface FieldTarget {
  readonly node: string;
  /** JSON pointer into the config; absent: the node as a whole. */
  readonly field?: string;
}
