import { EditorState, Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useMemo, useRef } from "react";
import type { PayloadKind } from "../../runtime/core/message.ts";
import { useNow } from "../live/hooks.ts";
import { agoText } from "../live/words.ts";
import { typeWord } from "./completion.ts";
import styles from "./ExpressionField.module.css";
import { expressionExtensions } from "./editorState.ts";
import { type Trial, tryExpression } from "./trial.ts";
import type { TrySample } from "./trySample.ts";

export interface ExpressionFieldProps {
  /** Accessible name; the visible title stands outside. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** The newest message, for completion and for the result below. */
  readonly sample: TrySample | undefined;
  readonly placeholder?: string | undefined;
  /** What the result is used as; another type is pointed out. */
  readonly wanted?: PayloadKind | undefined;
}

/** A JSONata expression with its result on the newest message below, as it is typed. */
export function ExpressionField(props: ExpressionFieldProps) {
  const [source] = useDebouncedValue(props.value, 150);
  const { sample, wanted } = props;
  const trial = useMemo(() => tryExpression(source, sample, sample?.at ?? 0), [source, sample]);
  return (
    <div className={styles.field}>
      <Editor {...props} />
      <div className={styles.below}>
        <TrialLine trial={trial} wanted={wanted} />
        {sample && trial.outcome !== "empty" && trial.outcome !== "mistake" && <SampleName sample={sample} />}
      </div>
    </div>
  );
}

function Editor({ label, value, onChange, sample, placeholder }: ExpressionFieldProps) {
  const holder = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  // The editor lives longer than one render: it reads what is newest when it needs it.
  const latest = useRef({ value, onChange, sample });
  latest.current = { value, onChange, sample };

  useEffect(() => {
    const editor = new EditorView({
      parent: holder.current!,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: expressionExtensions({
          label,
          placeholder: placeholder ?? "",
          sample: () => latest.current.sample,
          onChange: (text) => {
            if (text !== latest.current.value) latest.current.onChange(text);
          },
        }),
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [label, placeholder]);

  // A value that changed elsewhere, as by undo, replaces the text.
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: value },
      annotations: Transaction.addToHistory.of(false),
    });
  }, [value]);

  return <div ref={holder} />;
}

function TrialLine({ trial, wanted }: { readonly trial: Trial; readonly wanted: PayloadKind | undefined }) {
  switch (trial.outcome) {
    case "empty":
      return null;
    case "untried":
      return <span className={styles.quiet}>{trial.text}</span>;
    case "mistake":
    case "failed":
      return (
        <span className={styles.error} role="status">
          {trial.text}
        </span>
      );
    case "result": {
      const other = trial.hint ?? unexpected(trial.value, wanted);
      return (
        <output className={other ? styles.odd : styles.result}>
          {trial.text}
          {other && <span className={styles.quiet}> {other}</span>}
        </output>
      );
    }
  }
}

function SampleName({ sample }: { readonly sample: TrySample }) {
  const now = useNow();
  const words = [sample.preview && "preview", sample.key, agoText(sample.at, now)];
  return <span className={styles.sample}>{words.filter(Boolean).join(", ")}</span>;
}

/** Says so when the result is not of the type the field works with. */
function unexpected(value: unknown, wanted: PayloadKind | undefined): string | undefined {
  if (wanted === undefined || wanted === "any") return undefined;
  const found = value === undefined ? "nothing" : typeWord(value);
  return found === wanted ? undefined : `(needs ${wanted})`;
}
