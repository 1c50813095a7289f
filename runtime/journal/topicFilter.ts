import type { JournalBatch, JournalInput } from "../core/engine/journal.ts";
import { TopicTrie } from "../core/topic/trie.ts";
import { limits } from "./limits.ts";

/** The MQTT messages under a topic filter, in batches of neighbours: each keeps its position. */
export function* ofTopic(batches: Iterable<JournalBatch>, filter: string): Generator<JournalBatch> {
  const matches = matcher(filter);
  const wanted = (input: JournalInput) => input.kind === "mqtt" && matches(input.topic);
  for (const { position, now, inputs } of batches) {
    for (let from = 0; from < inputs.length; ) {
      if (!wanted(inputs[from]!)) {
        from++;
        continue;
      }
      let to = from + 1;
      while (to < inputs.length && wanted(inputs[to]!)) to++;
      yield { position: position + from, now, inputs: inputs.slice(from, to) };
      from = to;
    }
  }
}

function matcher(filter: string): (topic: string) => boolean {
  const trie = new TopicTrie<true>();
  trie.add(filter, true);
  const known = new Map<string, boolean>();
  return (topic) => {
    const before = known.get(topic);
    if (before !== undefined) return before;
    const matches = trie.match(topic).length > 0;
    if (known.size >= limits.topicsRemembered) known.clear();
    known.set(topic, matches);
    return matches;
  };
}
