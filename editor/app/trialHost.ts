import type { ExpressionLimits } from "../../runtime/core/expression/limits.ts";
import type { Trial, TrialRequest } from "../expression/trial.ts";
import type { Trials } from "../expression/trials.ts";
import { GuardedWorker, type WorkerEnd } from "./guardedWorker.ts";
import type { FromPreview, ToPreview } from "./previewMessages.ts";

/** Ten times what the steps of an evaluation usually take at most; a person still waits that long. */
const answerMsMax = 2_000;
/** The first question waits for the worker to load, too. */
const startMsMax = 15_000;

interface Waiting {
  readonly request: TrialRequest;
  readonly onTrial: (trial: Trial) => void;
}

/**
 * Tries expressions on messages in a worker, one after the other: none can hold up the page, and one that hangs is stopped
 * and told so. Of a field only what it asked last counts.
 */
export class TrialHost implements Trials {
  readonly #worker: GuardedWorker<ToPreview, FromPreview>;
  readonly #limits: () => ExpressionLimits;
  readonly #waiting = new Map<object, Waiting>();
  #asked: ({ readonly field: object } & Waiting) | undefined;

  /** @param limits the runtime's, as far as known */
  constructor(startWorker: () => WorkerEnd<ToPreview, FromPreview>, limits: () => ExpressionLimits) {
    this.#limits = limits;
    this.#worker = new GuardedWorker({
      start: startWorker,
      onAnswer: (answer) => {
        if (answer.type === "tried") this.#answer(answer.trial);
      },
      onGivenUp: () => this.#answer({ outcome: "failed", text: tooLong, position: undefined }),
    });
  }

  ask(field: object, request: TrialRequest, onTrial: (trial: Trial) => void): void {
    this.#waiting.set(field, { request, onTrial });
    this.#next();
  }

  forget(field: object): void {
    this.#waiting.delete(field);
  }

  #next(): void {
    const [next] = this.#waiting;
    if (this.#asked || !next) return;
    const [field, waiting] = next;
    this.#waiting.delete(field);
    this.#asked = { field, ...waiting };
    const waitMsMax = this.#worker.running ? answerMsMax : startMsMax;
    this.#worker.ask({ type: "try", request: waiting.request, limits: this.#limits() }, waitMsMax);
  }

  #answer(trial: Trial): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked && !this.#waiting.has(asked.field)) asked.onTrial(trial);
    this.#next();
  }
}

const tooLong = `Stopped: it takes longer than ${answerMsMax / 1000} s on this message.`;
