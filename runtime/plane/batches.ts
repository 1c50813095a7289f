/** What is in a batch of the journal: at most one thing that is done to a flow, then inputs, then effects settled. */
import type { Input } from "../core/engine/input.ts";
import type { JournalBatch, JournalInput, SettledInput } from "../core/engine/journal.ts";

/** Something done to one flow. */
export type FlowChange = Exclude<JournalInput, Input | SettledInput>;

/** The position behind a batch. */
export function endOf(batch: JournalBatch): number {
  return batch.position + 1 + batch.inputs.length;
}

export function changeOf(batch: JournalBatch): FlowChange | undefined {
  const [first] = batch.inputs;
  if (!first || isInput(first) || first.kind === "settled") return undefined;
  return first;
}

/** What the engine takes; their positions are as in the batch. */
export function inputsOf(batch: JournalBatch): readonly Input[] {
  const { inputs } = batch;
  const isPlain = inputs.length > 0 && isInput(inputs[0]!) && isInput(inputs.at(-1)!);
  return isPlain ? (inputs as readonly Input[]) : inputs.filter(isInput);
}

export function settledIn(batch: JournalBatch): readonly string[] {
  const last = batch.inputs.at(-1);
  return last?.kind === "settled" ? last.effects : [];
}

function isInput(input: JournalInput): input is Input {
  return input.kind === "mqtt" || input.kind === "inject" || input.kind === "replay";
}
