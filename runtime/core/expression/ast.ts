/**
 * The syntax tree of the `jsonata` package, as its parser builds it. Positions are offsets behind the token, as JSONata
 * reports them. We rely on its shape at one version; the suite of official cases tells us when it changes.
 */

interface Common {
  readonly position?: number;
  /** `[n]`, `[condition]` behind a node that is not a step of a path. */
  readonly predicate?: readonly Stage[];
  /** The same behind a step of a path; an index stage is `#$i`. */
  readonly stages?: readonly Stage[];
  /** `{key: value}` behind a node. */
  readonly group?: Group;
  /** `[]` behind a node. */
  readonly keepArray?: boolean;
  /** An array constructor (or a block holding one) at the start or end of a path. */
  readonly consarray?: boolean;
  /** Part of a tuple stream. */
  readonly tuple?: boolean;
  /** `@$focus` */
  readonly focus?: string;
  /** `#$index` */
  readonly index?: string;
  /** Whose value `%` asks for. */
  readonly ancestor?: Slot;
}

export interface Slot {
  readonly label: string;
}

export interface Stage {
  readonly type: "filter" | "index";
  readonly expr?: AstNode;
  readonly value?: string;
}

export type Pair = readonly [key: AstNode, value: AstNode];

export interface Group {
  readonly lhs: readonly Pair[];
  readonly position?: number;
}

export interface SortTerm {
  readonly descending: boolean;
  readonly expression: AstNode;
}

export interface PathNode extends Common {
  readonly type: "path";
  readonly steps: readonly AstNode[];
  readonly keepSingletonArray?: boolean;
}
export interface LiteralNode extends Common {
  readonly type: "string" | "number" | "value";
  readonly value: string | number | boolean | null;
}
export interface NamedNode extends Common {
  readonly type: "name" | "variable";
  readonly value: string;
}
export interface BareNode extends Common {
  readonly type: "wildcard" | "descendant" | "error";
  readonly value?: string;
}
export interface ParentNode extends Common {
  readonly type: "parent";
  readonly value?: string;
  readonly slot: Slot;
}
export interface PlaceholderNode extends Common {
  readonly type: "operator";
  readonly value: "?";
}
export interface RegexNode extends Common {
  readonly type: "regex";
  readonly value: RegExp;
}
export interface BinaryNode extends Common {
  readonly type: "binary";
  readonly value: string;
  readonly lhs: AstNode;
  readonly rhs: AstNode;
}
export interface ApplyNode extends Common {
  readonly type: "apply";
  readonly lhs: AstNode;
  readonly rhs: AstNode;
}
export interface BindNode extends Common {
  readonly type: "bind";
  readonly lhs: NamedNode;
  readonly rhs: AstNode;
}
export interface NegationNode extends Common {
  readonly type: "unary";
  readonly value: "-";
  readonly expression: AstNode;
}
export interface ArrayNode extends Common {
  readonly type: "unary";
  readonly value: "[";
  readonly expressions: readonly AstNode[];
}
export interface ObjectNode extends Common {
  readonly type: "unary";
  readonly value: "{";
  readonly lhs: readonly Pair[];
}
export interface ConditionNode extends Common {
  readonly type: "condition";
  readonly condition: AstNode;
  readonly then: AstNode;
  readonly else?: AstNode;
}
export interface BlockNode extends Common {
  readonly type: "block";
  readonly expressions: readonly AstNode[];
}
export interface CallNode extends Common {
  readonly type: "function" | "partial";
  readonly procedure: AstNode;
  readonly arguments: readonly AstNode[];
}
export interface LambdaNode extends Common {
  readonly type: "lambda";
  readonly arguments: readonly NamedNode[];
  readonly body: AstNode;
  /** A call in tail position, wrapped by the parser. */
  readonly thunk?: boolean;
  readonly signature?: { readonly definition: string };
}
export interface SortNode extends Common {
  readonly type: "sort";
  readonly terms: readonly SortTerm[];
}
export interface TransformNode extends Common {
  readonly type: "transform";
  readonly pattern: AstNode;
  readonly update: AstNode;
  readonly delete?: AstNode;
}

export type AstNode =
  | PathNode
  | LiteralNode
  | NamedNode
  | BareNode
  | ParentNode
  | PlaceholderNode
  | RegexNode
  | BinaryNode
  | ApplyNode
  | BindNode
  | NegationNode
  | ArrayNode
  | ObjectNode
  | ConditionNode
  | BlockNode
  | CallNode
  | LambdaNode
  | SortNode
  | TransformNode;
