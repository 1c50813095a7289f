/**
 * Which filters a connection holds at its broker, and which deliveries to keep, so that every message is received once.
 *
 * - Held is a cover (see {@link coverOf}): no filter is subscribed that another one already covers.
 * - Filters that overlap only partly stay both subscribed, and a broker may send one copy for each. With MQTT 5 every
 *   subscription carries an identifier, and only the copy of the lowest matching identifier is kept. MQTT 3.1.1 has no
 *   identifiers: there, brokers that send copies deliver such messages twice (aedes and mosquitto 2 send one).
 * - While the cover changes, the old filters count until the broker has confirmed the new ones: no message falls between.
 *   (One that arrives as two copies with the change just between them is kept twice: that beats losing one.)
 * - A filter that becomes wanted under an existing wider one is subscribed for a moment, to get its retained messages.
 */
import { coverOf, levelsCover, levelsOverlap, type WantedFilter } from "./filters.ts";

export interface SubscribeRequest extends WantedFilter {
  /** Subscription identifier (MQTT 5), unique and stable in the session. */
  readonly id: number;
}

/** The way to the broker; used only while connected. */
export interface SubscriptionLink {
  /** @param done filters the broker refused; undefined when the connection was lost before it answered */
  subscribe(
    requests: readonly SubscribeRequest[],
    done: (refused: readonly string[] | undefined) => void,
  ): void;
  unsubscribe(filters: readonly string[], done: () => void): void;
  /** Everything the session may hold from now on, with identifiers; called before the broker is told. */
  remember(ids: Readonly<Record<string, number>>): void;
}

interface Held extends SubscribeRequest {
  readonly levels: readonly string[];
  /** Which round of SUBSCRIBE packets it belongs to: retained copies are told apart within one. */
  readonly round: number;
  state: "held" | "glance" | "gone";
}

export class Subscriptions {
  readonly #link: SubscriptionLink;
  #wanted: readonly WantedFilter[] = [];
  /** What the broker has or is being told, by filter. */
  readonly #held = new Map<string, Held>();
  readonly #byId = new Map<number, Held>();
  /** Held filters of lower identifier that share topics, for those that have any. */
  #rivals = new Map<number, readonly Held[]>();
  readonly #refused = new Set<string>();
  /** Filters of a session from before this process: they may still be held by the broker. */
  #stale: string[];
  #nextId: number;
  #round = 0;
  /** SUBSCRIBE rounds the broker has not answered. */
  #unanswered = 0;
  #connected = false;

  constructor(link: SubscriptionLink, remembered: Readonly<Record<string, number>>) {
    this.#link = link;
    this.#stale = Object.keys(remembered);
    this.#nextId = Math.max(0, ...Object.values(remembered)) + 1;
  }

  /** Filters the broker did not grant. */
  get refused(): readonly string[] {
    return [...this.#refused];
  }

  want(wanted: readonly WantedFilter[]): void {
    const before = new Set(this.#wanted.map((each) => each.filter));
    this.#wanted = wanted;
    this.#refused.clear();
    if (!this.#connected) return;
    const newcomers = wanted.filter((each) => each.retained && !before.has(each.filter));
    const cover = coverOf(wanted);
    this.#sync(newcomers.filter((each) => !cover.has(each.filter) && !this.#held.has(each.filter)));
  }

  connected(sessionPresent: boolean): void {
    this.#connected = true;
    this.#refused.clear();
    if (!sessionPresent) {
      this.#held.clear();
      this.#byId.clear();
      this.#stale = [];
    }
    this.#sync([]);
  }

  disconnected(): void {
    this.#connected = false;
  }

  /** Is this delivery the one to keep? @param ids subscription identifiers of the PUBLISH packet */
  keeps(topic: string, ids: number | readonly number[] | undefined, retained: boolean): boolean {
    if (ids === undefined || (this.#rivals.size === 0 && typeof ids === "number")) {
      return ids === undefined || this.#keepsAlone(ids as number, retained);
    }
    const known = (typeof ids === "number" ? [ids] : ids).map((id) => this.#byId.get(id));
    if (known.includes(undefined)) return true;
    const held = known.filter((each) => each?.state === "held").sort((a, b) => a!.id - b!.id)[0];
    if (!held) return retained && known.some((each) => each!.state === "glance");
    const rivals = this.#rivals.get(held.id);
    if (!rivals) return true;
    const levels = topic.split("/");
    return !rivals.some(
      (each) => (!retained || each.round === held.round) && levelsCover(each.levels, levels),
    );
  }

  /** Nothing overlaps: a copy is superfluous only when its filter was given up for another one. */
  #keepsAlone(id: number, retained: boolean): boolean {
    const state = this.#byId.get(id)?.state;
    return state === undefined || state === "held" || (state === "glance" && retained);
  }

  #sync(glances: readonly WantedFilter[]): void {
    const cover = coverOf(this.#wanted.filter((each) => !this.#refused.has(each.filter)));
    const missing = [...cover.values()].filter((each) => this.#held.get(each.filter)?.qos !== each.qos);
    this.#round++;
    const requests = [
      ...missing.map((each) => this.#hold(each, "held")),
      ...glances.map((each) => this.#hold(each, "glance")),
    ];
    this.#rank();
    if (requests.length === 0) {
      this.#tidy();
      return;
    }
    this.#remember();
    this.#unanswered++;
    this.#link.subscribe(requests, (refused) => this.#answered(requests, refused));
  }

  #hold(wanted: WantedFilter, state: "held" | "glance"): Held {
    const held: Held = {
      ...wanted,
      levels: wanted.filter.split("/"),
      id: this.#nextId++,
      round: this.#round,
      state,
    };
    this.#byId.set(held.id, held);
    this.#held.set(held.filter, held);
    return held;
  }

  #answered(requests: readonly Held[], refused: readonly string[] | undefined): void {
    this.#unanswered--;
    if (refused === undefined) {
      // The broker may or may not have them: ask again after the reconnect.
      for (const each of requests) if (this.#held.get(each.filter) === each) this.#held.delete(each.filter);
      return;
    }
    for (const filter of refused) {
      this.#refused.add(filter);
      this.#held.delete(filter);
    }
    // What a refused filter would have covered has to be subscribed by itself.
    if (refused.length > 0) this.#sync([]);
    else this.#tidy();
  }

  /** Gives up what is no longer wanted. Only after the broker has confirmed what replaces it. */
  #tidy(): void {
    if (this.#unanswered > 0) return;
    const cover = coverOf(this.#wanted.filter((each) => !this.#refused.has(each.filter)));
    const superfluous = [...this.#held.values()].filter((each) => !cover.has(each.filter));
    const stale = this.#stale.filter((filter) => !this.#held.has(filter));
    this.#stale = [];
    if (superfluous.length + stale.length === 0) return;
    for (const each of superfluous) {
      if (each.state === "held") each.state = "gone";
      this.#held.delete(each.filter);
    }
    this.#rank();
    this.#link.unsubscribe([...superfluous.map((each) => each.filter), ...stale], () => this.#remember());
  }

  #remember(): void {
    this.#link.remember(Object.fromEntries([...this.#held.values()].map((each) => [each.filter, each.id])));
  }

  /** Finds the pairs that share topics; two filters without wildcards never do, so those pairs are skipped. */
  #rank(): void {
    const held = [...this.#held.values()].filter((each) => each.state === "held");
    const wild = held.filter(isWild);
    this.#rivals = new Map();
    for (const each of held) {
      const others = isWild(each) ? held : wild;
      const rivals = others.filter((other) => other.id < each.id && levelsOverlap(other.levels, each.levels));
      if (rivals.length > 0) this.#rivals.set(each.id, rivals);
    }
  }
}

function isWild(held: Held): boolean {
  return held.filter.includes("+") || held.filter.includes("#");
}
