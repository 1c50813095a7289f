/**
 * MQTT topics as people write them: `sensors/{device}/telemetry`. A named level stands for `+` and gives its text a
 * name; `+` and `#` work as in MQTT 5 (section 4.7).
 */

/** What is wrong with a topic text, or undefined. `levels` and `wildcards` say what the place allows. */
export function topicProblem(
  text: string,
  allows: { levels: boolean; wildcards: boolean },
): string | undefined {
  if (text === "") return "A topic cannot be empty.";
  if (text.includes("\0")) return "A topic cannot contain the NUL character.";
  if (text.length > 65_535) return "A topic can be at most 65,535 characters.";
  const names = new Set<string>();
  const levels = text.split("/");
  for (const [index, level] of levels.entries()) {
    const name = levelName(level);
    if (name !== undefined) {
      if (!allows.levels) return `Named levels such as ${level} do not work here.`;
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        return `The name in ${level} needs letters, digits or _, and cannot start with a digit.`;
      }
      if (names.has(name)) return `The level ${level} appears twice.`;
      names.add(name);
    } else if (level === "+" || (level === "#" && index === levels.length - 1)) {
      if (!allows.wildcards) return `The wildcard ${level} does not work here: name one topic.`;
    } else if (/[+#{}]/.test(level)) {
      return `“${level}” mixes a wildcard or brace with text; each must fill a whole level, and # only the last.`;
    }
  }
  return undefined;
}

/** A template as an MQTT topic filter: named levels become `+`. */
export function topicFilter(template: string): string {
  return template
    .split("/")
    .map((level) => (levelName(level) === undefined ? level : "+"))
    .join("/");
}

/** Named levels of a template with their index, in order. */
export function topicLevels(template: string): readonly { name: string; index: number }[] {
  return template.split("/").flatMap((level, index) => {
    const name = levelName(level);
    return name === undefined ? [] : [{ name, index }];
  });
}

/**
 * Puts values into the named levels of a template.
 * @returns the topic, or undefined when a value is missing or would change the shape of the topic (empty, `/`, `+`,
 * `#`, NUL): names taken from payloads are untrusted
 */
export function fillTopic(template: string, values: Readonly<Record<string, string>>): string | undefined {
  const levels = template.split("/");
  for (const [index, level] of levels.entries()) {
    const name = levelName(level);
    if (name === undefined) continue;
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === "" || /[/+#\0]/.test(value)) return undefined;
    levels[index] = value;
  }
  return levels.join("/");
}

/** May Millrace publish to this topic? No wildcards, nothing below `$`, at most 65,535 bytes. */
export function isPublishableTopic(topic: string): boolean {
  return topic !== "" && topic.length <= 21_845 && !topic.startsWith("$") && !/[+#\0]/.test(topic);
}

function levelName(level: string): string | undefined {
  return level.startsWith("{") && level.endsWith("}") ? level.slice(1, -1) : undefined;
}
