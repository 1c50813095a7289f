import { EditorState, Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useDebouncedValue } from "@mantine/hooks";
import { type RefObject, useEffect, useRef } from "react";
import type { PayloadKind } from "../../runtime/core/message.ts";
import { useNow } from "../live/hooks.ts";
import { agoText } from "../live/words.ts";
import { typeWord } from "./completion.ts";
import styles from "./ExpressionField.module.css";
import { expressionExtensions, showNotes } from "./editorState.ts";
import type { Trial } from "./trial.ts";
import { useTrial } from "./trials.ts";
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
  const trial = useTrial(source, sample);
  const view = useRef<EditorView>(undefined);
  useEffect(() => {
    // While something else is typed already, the places would be wrong.
    if (view.current?.state.doc.toString() === source) showNotes(view.current, trial);
  }, [trial, source]);
  return (
    <div className={styles.field}>
      <Editor {...props} sample={besides(sample, trial)} view={view} />
      <div className={styles.below}>
        <TrialLine trial={trial} wanted={wanted} />
        {sample && trial.outcome !== "empty" && trial.outcome !== "mistake" && <SampleName sample={sample} />}
      </div>
    </div>
  );
}

/** With the names that stand beside the message, which the trial found out. */
function besides(sample: TrySample | undefined, trial: Trial): TrySample | undefined {
  const beside = "beside" in trial ? trial.beside : undefined;
  return sample && beside ? { ...sample, beside } : sample;
}

interface EditorProps extends ExpressionFieldProps {
  readonly view: RefObject<EditorView | undefined>;
}

function Editor({ label, value, onChange, sample, placeholder, view }: EditorProps) {
  const holder = useRef<HTMLDivElement>(null);
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
  }, [label, placeholder, view]);

  // A value that changed elsewhere, as by undo, replaces the text.
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: value },
      annotations: Transaction.addToHistory.of(false),
    });
  }, [value, view]);

  return <div ref={holder} />;
}

function TrialLine({ trial, wanted }: { readonly trial: Trial; readonly wanted: PayloadKind | undefined }) {
  switch (trial.outcome) {
    case "empty":
      return null;
    case "untried":
      return <span className={styles.quiet}>{trial.text}</span>;
    case "mistake":
    case "failed": {
      const hint = trial.outcome === "failed" ? trial.hint : undefined;
      return (
        <span className={styles.error} role="status">
          {trial.text}
          {hint && <span className={styles.quiet}> {hint}</span>}
        </span>
      );
    }
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
