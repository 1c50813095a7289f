/** What nodes publish, and where: one rule for every node that writes to MQTT. */
import type { Message } from "./message.ts";
import { fillTopic, isPublishableTopic } from "./topic/template.ts";

/**
 * The topic for a message: named levels come from its params, `{key}` from its key unless a level has that name.
 * @returns undefined when a value is missing or unusable, or the topic may not be published to
 */
export function publicationTopic(template: string, { key, params }: Message): string | undefined {
  const topic = fillTopic(template, { key, ...params });
  return topic !== undefined && isPublishableTopic(topic) ? topic : undefined;
}

/** A JSON value as the text to send; as "text", plain values go without quotes, and objects and lists stay JSON. */
export function publicationText(value: unknown, format: "json" | "text"): string {
  const bare = format === "text" && (typeof value !== "object" || value === null);
  return bare ? String(value) : JSON.stringify(value);
}
