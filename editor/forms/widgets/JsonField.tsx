import { useState } from "react";
import controls from "../controls.module.css";
import { describedBy, FieldShell, type Problem } from "../FieldShell.tsx";
import { jsonText, readJson } from "../jsonText.ts";
import { type FieldProps, useField } from "./fieldProps.ts";

/** A literal JSON value. The text is the person's own while it means the same as the value. */
export function JsonField({ schema, title, value, pointer, required, onChange }: FieldProps) {
  const { id, problems } = useField(pointer);
  const [draft, setDraft] = useState({ text: jsonText(value), value: jsonText(value) });
  // A value that changed elsewhere, as by undo, replaces the text.
  const text = draft.value === jsonText(value) ? draft.text : jsonText(value);
  const reading = text.trim() === "" && !required ? { value: undefined } : readJson(text);
  const shown: readonly Problem[] =
    "problem" in reading ? [{ severity: "error", message: reading.problem }] : problems;

  const enter = (next: string) => {
    const read = next.trim() === "" && !required ? { value: undefined } : readJson(next);
    const kept = "problem" in read ? value : read.value;
    setDraft({ text: next, value: jsonText(kept) });
    if (!("problem" in read)) onChange(read.value);
  };

  return (
    <FieldShell id={id} title={title} pointer={pointer} help={schema.description} problems={shown}>
      <textarea
        {...describedBy(id, shown, schema.description)}
        className={controls.codeArea}
        placeholder={schema.x?.placeholder ?? ""}
        rows={Math.min(8, Math.max(1, text.split("\n").length))}
        spellCheck={false}
        value={text}
        onChange={(event) => enter(event.currentTarget.value)}
      />
    </FieldShell>
  );
}
