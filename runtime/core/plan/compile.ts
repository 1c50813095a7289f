/** From a flow document to a plan: nodes in an order that the engine can run, operators built, keys and ports resolved. */
import type { Catalogue } from "../catalogue.ts";
import { type Diagnostic, hasErrors } from "../diagnostic.ts";
import type { CompiledExpression } from "../expression/expression.ts";
import { type FlowDocument, type FlowNode, parseWire } from "../flow/document.ts";
import { type AnyNodeType, inputsOf, outputsOf, type Subscription, startsByItself } from "../nodeType.ts";
import type { Operator, OperatorEnv } from "../operator.ts";
import type { Platform } from "../platform.ts";
import { expressionOf } from "./expressions.ts";
import { successors, topologicalOrder } from "./graph.ts";
import { currentConfig, validateFlow } from "./validate.ts";

export interface FlowPlan {
  readonly id: string;
  readonly name: string;
  /** Every node after all that feed it. Disabled nodes and notes are not part of it. */
  readonly nodes: readonly PlanNode[];
}

export interface PlanNode {
  readonly id: string;
  readonly type: AnyNodeType;
  readonly operator: Operator;
  /** Names of the input ports. */
  readonly inputs: readonly string[];
  /** It may send without a message, at the time of the clock. */
  readonly startsByItself: boolean;
  /** Output ports in order, each with where it leads. */
  readonly outputs: ReadonlyMap<string, readonly PlanTarget[]>;
  readonly subscriptions: readonly PlanSubscription[];
  /** Whose state a message touches. */
  readonly keyBy: KeyBy;
  /** State is kept over a redeploy while this text is the same. */
  readonly stateSignature: string;
}

export interface PlanTarget {
  /** Index into the plan's nodes. */
  readonly node: number;
  readonly port: string;
}

export interface PlanSubscription extends Subscription {
  readonly keyExpression?: CompiledExpression;
  readonly timeExpression?: CompiledExpression;
}

export type KeyBy =
  | { readonly by: "key" }
  | { readonly by: "all" }
  | { readonly by: "value"; readonly of: CompiledExpression };

/** @returns the plan, unless a diagnostic is an error */
export function compileFlow(
  flow: FlowDocument,
  catalogue: Catalogue,
  platform: Platform,
): { readonly plan?: FlowPlan; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics = validateFlow(flow, catalogue, platform);
  if (hasErrors(diagnostics)) return { diagnostics };
  const active = new Map(flow.nodes.filter((node) => !node.disabled).map((node) => [node.id, node]));
  const order = topologicalOrder(successors(flow)).order.filter((id) => active.has(id));
  const index = new Map(order.map((id, position) => [id, position]));
  const wires = flow.wires.flatMap((text) => parseWire(text) ?? []);
  const env = operatorEnv(platform);
  const nodes = order.map((id): PlanNode => {
    const node = active.get(id) as FlowNode;
    const type = catalogue.get(node.type) as AnyNodeType;
    const config = currentConfig(node, type);
    const outputs = new Map<string, PlanTarget[]>();
    for (const port of outputsOf(type, config, node.errorPort === true)) outputs.set(port.name, []);
    for (const { from, to } of wires) {
      const target = index.get(to.node);
      if (from.node === id && target !== undefined)
        outputs.get(from.port)?.push({ node: target, port: to.port });
    }
    return {
      id,
      type,
      operator: type.operator(config, env),
      inputs: inputsOf(type, config).map((port) => port.name),
      startsByItself: startsByItself(type, config),
      outputs,
      subscriptions: (type.subscriptions?.(config) ?? []).map((each) => planSubscription(each, env)),
      keyBy: keyBy(type, config, env),
      stateSignature: type.stateSignature?.(config) ?? "",
    };
  });
  return { plan: { id: flow.id, name: flow.name, nodes }, diagnostics };
}

function operatorEnv(platform: Platform): OperatorEnv {
  return {
    expression: (source) => expressionOf(source, platform),
    zoneOffsetMs(zone, at) {
      const offset = platform.zoneOffsetMs(zone, at);
      if (offset === undefined) throw new Error(`validation let the unknown zone ${zone} pass`);
      return offset;
    },
  };
}

function planSubscription(subscription: Subscription, env: OperatorEnv): PlanSubscription {
  const { key, time } = subscription;
  return {
    ...subscription,
    ...(key === undefined ? {} : { keyExpression: env.expression(key) }),
    ...(time.from === "arrival" ? {} : { timeExpression: env.expression(time.expression) }),
  };
}

function keyBy(type: AnyNodeType, config: Readonly<Record<string, unknown>>, env: OperatorEnv): KeyBy {
  if (!type.keyed || config.per === "all") return { by: type.keyed ? "all" : "key" };
  return config.per === "value"
    ? { by: "value", of: env.expression(config.perValue as string) }
    : { by: "key" };
}
