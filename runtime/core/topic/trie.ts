/**
 * From a topic to everything that listens to it, in time that depends on the topic's levels, not on how many listen
 * (MQTT 5, section 4.7: `+` one level, `#` the rest and its parent, neither matches a leading `$`).
 */
export class TopicTrie<Value> {
  private root = new Level<Value>();

  add(filter: string, value: Value): void {
    let level = this.root;
    for (const name of filter.split("/")) {
      let next = level.children.get(name);
      if (!next) {
        next = new Level();
        level.children.set(name, next);
      }
      level = next;
    }
    level.values.push(value);
  }

  /** @returns values of matching filters; each as often as it was added under different filters */
  match(topic: string): Value[] {
    const found: Value[] = [];
    collect(this.root, topic.split("/"), 0, topic.startsWith("$"), found);
    return found;
  }
}

class Level<Value> {
  readonly children = new Map<string, Level<Value>>();
  readonly values: Value[] = [];
}

function collect<Value>(
  level: Level<Value>,
  topic: readonly string[],
  depth: number,
  system: boolean,
  found: Value[],
): void {
  const wildcards = !(system && depth === 0);
  const rest = wildcards ? level.children.get("#") : undefined;
  if (rest) found.push(...rest.values);
  if (depth === topic.length) {
    found.push(...level.values);
    return;
  }
  const name = topic[depth] as string;
  const exact = name === "+" || name === "#" ? undefined : level.children.get(name);
  if (exact) collect(exact, topic, depth + 1, system, found);
  const any = wildcards ? level.children.get("+") : undefined;
  if (any) collect(any, topic, depth + 1, system, found);
}
