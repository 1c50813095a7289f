/** A note on the canvas for the people who come after. */
import { config, defineNode, field, type Operator } from "../runtime/core/api.ts";

const schema = config({
  text: field.markdown({ title: "Text", default: "", placeholder: "Why this flow does what it does" }),
});

export default defineNode({
  type: "comment",
  version: 1,
  category: "structure",
  title: "Comment",
  purpose: "a note on the canvas",
  keywords: ["note", "text", "label", "documentation"],
  icon: "M4 5h16v11h-9l-4 4v-4H4z",
  config: schema,
  docs: `
A note on the canvas, in Markdown. It has no ports and does nothing: write down *why* a rule is as it is, who asked for
it, and where the switch in the real building is.
`,
  examples: [],
  inputs: [],
  outputs: [],
  summary: (config) =>
    (config.text ?? "")
      .trim()
      .split("\n")[0]!
      .replace(/^#+\s*/, "") || "empty note",
  stateVersion: 1,
  operator: (): Operator<undefined> => ({
    onMessage() {
      // No port leads here: validation refuses wires to a comment.
    },
  }),
});
