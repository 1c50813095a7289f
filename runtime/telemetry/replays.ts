/** Sends dead letters to their nodes again. What became of each is heard from the data plane, not from here. */
import type { ReplayInput } from "../core/engine/input.ts";
import type { DeadLetter } from "../core/engine/output.ts";
import type { ReplayResult } from "../protocol/http.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { DeadLetters, LetterQuery } from "./deadLetters.ts";

/** @returns ids of the letters that are on their way */
type Send = (flow: string, letters: readonly ReplayInput[]) => Promise<readonly string[]>;

export class Replays {
  readonly #letters: DeadLetters;
  readonly #send: Send;
  /** On their way: asking twice gives a message to its node once. */
  readonly #under = new Set<string>();

  constructor(letters: DeadLetters, send: Send) {
    this.#letters = letters;
    this.#send = send;
  }

  /** @throws Refusal DEAD_LETTER_UNKNOWN, NOT_REPLAYABLE, and what sending throws */
  async replay(id: string): Promise<void> {
    const letter = this.#letters.get(id);
    if (!letter) throw unknownLetter(id);
    if (this.#under.has(id)) return;
    const { replaying } = await this.#sendAll(letter.flow, [id]);
    if (replaying === 1) return;
    throw new Refusal(
      "NOT_REPLAYABLE",
      letter.port === undefined
        ? "This dead letter is no message that could be given to a node again. Discard it when you have read it."
        : `The node "${letter.node}" is gone from the live flow, or does not listen there any more. Deploy a version that does, or discard the dead letter.`,
    );
  }

  /** All that match, oldest first. @throws what sending throws */
  async replayAll(flow: string, query: Omit<LetterQuery, "flow"> = {}): Promise<ReplayResult> {
    const waiting = this.#letters.ids({ ...query, flow }).filter((id) => !this.#under.has(id));
    let [replaying, left] = [0, 0];
    for (let start = 0; start < waiting.length; start += lettersPerCallMax) {
      const sent = await this.#sendAll(flow, waiting.slice(start, start + lettersPerCallMax));
      replaying += sent.replaying;
      left += sent.left;
    }
    return { replaying, left };
  }

  /** @param ids of letters whose nodes have got them */
  arrived(ids: readonly string[]): void {
    for (const id of ids) this.#under.delete(id);
  }

  /** What was on its way may never have got there; what did is reported all the same. @param flow absent: of all flows */
  interrupted(flow?: string): void {
    for (const id of this.#under) if (flow === undefined || id.startsWith(`${flow}/`)) this.#under.delete(id);
  }

  async #sendAll(flow: string, ids: readonly string[]): Promise<ReplayResult> {
    const inputs = ids.flatMap((id) => inputOf(this.#letters.get(id)) ?? []);
    for (const { letter } of inputs) this.#under.add(letter);
    const taken = new Set(inputs.length === 0 ? [] : await this.#tried(flow, inputs));
    for (const { letter } of inputs) if (!taken.has(letter)) this.#under.delete(letter);
    return { replaying: taken.size, left: ids.length - taken.size };
  }

  async #tried(flow: string, inputs: readonly ReplayInput[]): Promise<readonly string[]> {
    try {
      return await this.#send(flow, inputs);
    } catch (error) {
      this.arrived(inputs.map(({ letter }) => letter));
      throw error;
    }
  }
}

/** A call must not hold what all letters together may weigh. */
const lettersPerCallMax = 100;

export function unknownLetter(id: string): Refusal {
  return new Refusal(
    "DEAD_LETTER_UNKNOWN",
    `There is no dead letter ${id}. It may have been replayed or discarded.`,
  );
}

function inputOf(letter: DeadLetter | undefined): ReplayInput | undefined {
  if (letter?.port === undefined) return undefined;
  const { id, flow, node, port, topic, payload, key, time, params, raw } = letter;
  const message = { topic, payload, key, time, params };
  return { kind: "replay", letter: id, flow, node, port, message, ...(raw === undefined ? {} : { raw }) };
}
