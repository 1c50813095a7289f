/**
 * The messages that partial matches have taken, each kept once however many share it (the shared buffer of SASE+).
 *
 * An entry says that a step took a message, and which entry came before; so a match is the way back from its last
 * entry, and matches that begin alike share their beginning. Entries and messages are counted by those who hold them,
 * and go with the last.
 */
import type { Message } from "../message.ts";

/** JSON. Numbers count up and are not used again. */
export interface MatchBuffer {
  readonly messages: Record<number, { readonly message: Message; uses: number }>;
  readonly entries: Record<number, Entry>;
  /** How many entries there are. */
  size: number;
  lastMessage: number;
  lastEntry: number;
}

interface Entry {
  readonly step: number;
  /** Number of the message: the later it was judged, the higher. */
  readonly number: number;
  /** The entry before; absent in the first. */
  readonly before?: number;
  uses: number;
}

export interface Taken {
  readonly step: number;
  readonly number: number;
  readonly message: Message;
}

export function createBuffer(): MatchBuffer {
  return { messages: {}, entries: {}, size: 0, lastMessage: 0, lastEntry: 0 };
}

/** @returns the message's number; the first entry with it must follow at once */
export function addMessage(buffer: MatchBuffer, message: Message): number {
  const number = ++buffer.lastMessage;
  buffer.messages[number] = { message, uses: 0 };
  return number;
}

/** @returns an entry nobody holds yet: {@link hold} it */
export function addEntry(
  buffer: MatchBuffer,
  step: number,
  number: number,
  before: number | undefined,
): number {
  const id = ++buffer.lastEntry;
  buffer.entries[id] = { step, number, uses: 0, ...(before === undefined ? {} : { before }) };
  buffer.size++;
  buffer.messages[number]!.uses++;
  if (before !== undefined) hold(buffer, before);
  return id;
}

export function hold(buffer: MatchBuffer, entry: number): void {
  buffer.entries[entry]!.uses++;
}

export function release(buffer: MatchBuffer, entry: number): void {
  for (let id: number | undefined = entry; id !== undefined; ) {
    const held: Entry = buffer.entries[id]!;
    if (--held.uses > 0) return;
    delete buffer.entries[id];
    buffer.size--;
    const kept = buffer.messages[held.number]!;
    if (--kept.uses === 0) delete buffer.messages[held.number];
    id = held.before;
  }
}

/** What was taken up to an entry, in order. */
export function takenUpTo(buffer: MatchBuffer, entry: number): Taken[] {
  const taken: Taken[] = [];
  for (let id: number | undefined = entry; id !== undefined; ) {
    const { step, number, before }: Entry = buffer.entries[id]!;
    taken.push({ step, number, message: buffer.messages[number]!.message });
    id = before;
  }
  return taken.reverse();
}

/** The step that took the last message. */
export function lastStep(buffer: MatchBuffer, entry: number): number {
  return buffer.entries[entry]!.step;
}

/** What was taken by the name of the step that took it: one event, or a list where the step can take several. */
export function eventsByName(
  { steps }: { readonly steps: readonly { readonly name: string; readonly most: number }[] },
  taken: readonly Taken[],
): Record<string, unknown> {
  const events = new Map<string, unknown>();
  for (const { step, message } of taken) {
    const { name, most } = steps[step]!;
    const { time, payload, topic, key } = message;
    const event = { time, payload, topic, key };
    const before = events.get(name);
    if (most === 1) events.set(name, event);
    else if (Array.isArray(before)) before.push(event);
    else events.set(name, [event]);
  }
  return Object.fromEntries(events);
}
