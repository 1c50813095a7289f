/** Drawing a wire with the mouse: what it may join, and what happens where it is let go. */

import { useMemo } from "react";
import type { Connection, FinalConnectionState, IsValidConnection, OnConnectStart } from "reactflow";
import type { Wire } from "../../runtime/core/flow/document.ts";
import { connectionProblem } from "../../runtime/core/plan/connect.ts";
import { connectPorts, wireToNode } from "../model/commands.ts";
import { compatibleWires, type PortEnd } from "../model/wireEdits.ts";
import { type CanvasEnv, useCanvas } from "./CanvasContext.ts";
import type { WireEdge } from "./projection.ts";

export function useConnecting() {
  const env = useCanvas();
  return useMemo(() => createConnecting(env), [env]);
}

function createConnecting({ session, state, announce, refuse }: CanvasEnv) {
  const isValidConnection: IsValidConnection<WireEdge> = (connection) => {
    const wire = wireOf(connection);
    return (
      wire !== undefined && connectionProblem(session.document.get(), wire, session.catalogue) === undefined
    );
  };

  const onConnectStart: OnConnectStart = (_event, { nodeId, handleId, handleType }) => {
    if (nodeId === null || handleId === null || handleType === null) return;
    const end: PortEnd = { node: nodeId, port: handleId, side: handleType === "source" ? "output" : "input" };
    const wires = compatibleWires(session.document.get(), end, session.catalogue);
    const allowed = new Set(wires.map((wire) => (end.side === "output" ? wire.to.node : wire.from.node)));
    state.set({ ...state.get(), connecting: { end, allowed } });
  };

  const join = (wire: Wire) => {
    const problem = connectPorts(session, wire);
    if (problem !== undefined) refuse(problem);
    else announce("Connected");
  };

  const onConnectEnd = (event: MouseEvent | TouchEvent, result: FinalConnectionState) => {
    const end = state.get().connecting?.end;
    state.set({ ...state.get(), connecting: undefined });
    if (!end || result.isValid) return;
    const at = pointOf(event);
    const under = document.elementFromPoint(at.x, at.y);
    const node = result.toNode?.id ?? under?.closest(".react-flow__node")?.getAttribute("data-id");
    if (node === end.node) return;
    if (node !== undefined && node !== null) {
      const answer = wireToNode(session, end, node);
      if ("wire" in answer && !result.toHandle) join(answer.wire);
      else refuse("problem" in answer ? answer.problem : (whyNot(result) ?? "These two cannot be joined."));
    } else if (under?.classList.contains("react-flow__pane")) {
      state.set({ ...state.get(), list: { kind: "add", at, end } });
    }
  };

  /** The port it was let go at does not fit, though another one of the node would. */
  const whyNot = ({ fromHandle, toHandle }: FinalConnectionState): string | undefined => {
    if (!fromHandle || !toHandle) return undefined;
    const from = { node: fromHandle.nodeId, port: fromHandle.id ?? "" };
    const to = { node: toHandle.nodeId, port: toHandle.id ?? "" };
    const wire = fromHandle.type === "source" ? { from, to } : { from: to, to: from };
    return connectionProblem(session.document.get(), wire, session.catalogue);
  };

  return {
    isValidConnection,
    onConnectStart,
    onConnectEnd,
    onConnect(connection: Connection) {
      const wire = wireOf(connection);
      if (wire) join(wire);
    },
  };
}

function wireOf({ source, sourceHandle, target, targetHandle }: Connection | WireEdge): Wire | undefined {
  if (!sourceHandle || !targetHandle) return undefined;
  return { from: { node: source, port: sourceHandle }, to: { node: target, port: targetHandle } };
}

function pointOf(event: MouseEvent | TouchEvent): { x: number; y: number } {
  const { clientX: x, clientY: y } = "changedTouches" in event ? event.changedTouches[0]! : event;
  return { x, y };
}
