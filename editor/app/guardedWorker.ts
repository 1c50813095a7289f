/** What the host of a worker needs of one. */
export interface WorkerEnd<Say, Hear> {
  onmessage: ((event: MessageEvent<Hear>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(message: Say): void;
  terminate(): void;
}

export interface GuardedWorkerParts<Say, Hear> {
  readonly start: () => WorkerEnd<Say, Hear>;
  readonly onAnswer: (answer: Hear) => void;
  /** It failed or did not answer in time, and was ended. The next message starts another one. */
  readonly onGivenUp: () => void;
}

/** A worker that is started when it is needed, and ended when it fails or takes too long to answer. */
export class GuardedWorker<Say, Hear> {
  readonly #parts: GuardedWorkerParts<Say, Hear>;
  #worker: WorkerEnd<Say, Hear> | undefined;
  #overdue: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: GuardedWorkerParts<Say, Hear>) {
    this.#parts = parts;
  }

  get running(): boolean {
    return this.#worker !== undefined;
  }

  /** Says something that is not answered, to a worker that runs. */
  tell(message: Say): void {
    this.#worker?.postMessage(message);
  }

  /** @param answerMsMax how long the oldest question without an answer may wait */
  ask(message: Say, answerMsMax: number): void {
    this.#started().postMessage(message);
    this.#overdue ??= setTimeout(() => this.#giveUp(), answerMsMax);
  }

  end(): void {
    this.#settle();
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #started(): WorkerEnd<Say, Hear> {
    if (this.#worker) return this.#worker;
    const worker = this.#parts.start();
    worker.onmessage = ({ data }) => {
      this.#settle();
      this.#parts.onAnswer(data);
    };
    worker.onerror = () => this.#giveUp();
    this.#worker = worker;
    return worker;
  }

  #settle(): void {
    clearTimeout(this.#overdue);
    this.#overdue = undefined;
  }

  #giveUp(): void {
    this.end();
    this.#parts.onGivenUp();
  }
}
