/** The CodeMirror set-up of an expression field: one line that grows, no tab trap, completion and lint. */
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import { EditorView, keymap, placeholder as placeholderOf, tooltips } from "@codemirror/view";
import { type Suggestion, suggestionsAt } from "./completion.ts";
import { functionHelp } from "./functionHelp.ts";
import { jsonata } from "./language.ts";
import type { Trial } from "./trial.ts";
import type { TrySample } from "./trySample.ts";

export interface EditorOptions {
  readonly label: string;
  readonly placeholder: string;
  /** The newest message at the moment completion is asked for. */
  readonly sample: () => TrySample | undefined;
  readonly onChange: (text: string) => void;
}

export function expressionExtensions(options: EditorOptions): Extension[] {
  return [
    jsonata(),
    history(),
    bracketMatching(),
    closeBrackets(),
    EditorView.lineWrapping,
    placeholderOf(options.placeholder),
    autocompletion({
      override: [(context) => complete(context, options.sample())],
      icons: false,
      maxRenderedOptions: 60,
    }),
    functionHelp(),
    tooltips({ parent: document.body }),
    // Tab is not bound anywhere here: it leaves the field.
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
    EditorView.contentAttributes.of({
      "aria-label": options.label,
      spellcheck: "false",
      autocapitalize: "off",
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) options.onChange(update.state.doc.toString());
    }),
    theme,
  ];
}

function complete(context: CompletionContext, sample: TrySample | undefined) {
  const found = suggestionsAt(context.state.doc.toString(), context.pos, sample);
  if (!found || found.options.length === 0) return null;
  const typed = context.state.sliceDoc(found.from, context.pos);
  const afterDot = context.state.sliceDoc(found.from - 1, found.from) === ".";
  if (typed === "" && !afterDot && !context.explicit) return null;
  return { from: found.from, options: found.options.map(completionOf), validFor: /^[$\w.`]*$/ };
}

function completionOf(suggestion: Suggestion): Completion {
  const { label, kind, detail, info } = suggestion;
  return {
    label,
    detail,
    type: kind,
    boost: kind === "function" ? -1 : 1,
    ...(info === undefined ? {} : { info }),
    ...(kind === "function" ? { apply: insertCall } : {}),
  };
}

/** Inserts the call and puts the cursor where the first argument goes. */
function insertCall(view: EditorView, completion: Completion, from: number, to: number): void {
  const bracketsThere = view.state.sliceDoc(to, to + 1) === "(";
  const insert = bracketsThere ? completion.label : `${completion.label}()`;
  const takesNothing = completion.detail === "()";
  const cursor = from + completion.label.length + (takesNothing && !bracketsThere ? 2 : 1);
  view.dispatch({
    changes: { from, to, insert },
    selection: { anchor: cursor },
    userEvent: "input.complete",
  });
}

/** Underlines what a trial of the present text found. */
export function showNotes(view: EditorView, trial: Trial): void {
  view.dispatch(setDiagnostics(view.state, diagnosticsOf(view.state.doc.toString(), trial)));
}

export function diagnosticsOf(source: string, trial: Trial): Diagnostic[] {
  const notes = "notes" in trial ? (trial.notes ?? []) : [];
  const warnings = notes.map(
    ({ message, position }): Diagnostic => ({
      ...wordBefore(source, position ?? source.length),
      severity: "warning",
      message,
    }),
  );
  if (trial.outcome === "failed" && trial.position !== undefined) {
    return [...warnings, { ...wordBefore(source, trial.position), severity: "error", message: trial.text }];
  }
  if (trial.outcome !== "mistake") return warnings;
  const at = Math.min(trial.position ?? source.length, source.length);
  const from = Math.max(0, at === source.length ? at - 1 : at);
  const end = /^\w+/.exec(source.slice(from))?.[0].length ?? 1;
  return [{ from, to: Math.min(source.length, from + end), severity: "error", message: trial.text }];
}

/** A position of the parser lies behind its word or sign; behind the bracket of a call. */
function wordBefore(source: string, position: number): { from: number; to: number } {
  const to = Math.min(position, source.length);
  const word = /(?:`[^`]*`|\$?\w+\(?|[^\s\w]{1,2})$/.exec(source.slice(0, to))?.[0].length ?? 1;
  return { from: Math.max(0, to - word), to };
}

const theme = EditorView.theme({
  // Not "&" alone: the box that holds tooltips at the end of the page has the theme too, and no border to draw.
  "&.cm-editor": {
    backgroundColor: "var(--field)",
    border: "1px solid var(--border-strong)",
    borderRadius: "6px",
    color: "var(--text)",
    fontSize: "12px",
  },
  "&.cm-editor:hover": { borderColor: "var(--wire)" },
  "&.cm-editor.cm-focused": {
    outline: "2px solid var(--accent)",
    outlineOffset: "-1px",
    borderColor: "transparent",
  },
  ".cm-scroller": {
    fontFamily: "var(--font-mono)",
    lineHeight: "18px",
    maxHeight: "200px",
    overflow: "auto",
  },
  ".cm-content": { padding: "7px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 10px" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-placeholder": { color: "var(--text-dim)", fontStyle: "italic" },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--accent-soft)",
    outline: "none",
  },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--error-soft)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--error) 1px",
    textUnderlineOffset: "3px",
  },
  ".cm-lintPoint::after": { borderBottomColor: "var(--error)" },
  "&.cm-editor .cm-tooltip, .cm-tooltip": {
    backgroundColor: "var(--surface-raised)",
    border: "1px solid var(--border-strong)",
    borderRadius: "6px",
    color: "var(--text)",
    boxShadow: "0 4px 16px rgb(0 0 0 / 16%)",
    zIndex: "400",
  },
  ".cm-tooltip-autocomplete.cm-tooltip-below": { marginTop: "8px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--font-mono)",
    fontSize: "12px",
    borderRadius: "5px",
    maxHeight: "232px",
    minWidth: "240px",
    maxWidth: "360px",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    display: "flex",
    gap: "12px",
    justifyContent: "space-between",
    padding: "3px 8px",
    lineHeight: "20px",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--accent-soft)", color: "var(--text)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionDetail": {
    color: "var(--text-dim)",
    fontFamily: "var(--font)",
    fontSize: "11px",
    fontStyle: "normal",
    marginLeft: "0",
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
  },
  ".cm-tooltip.cm-completionInfo": {
    padding: "8px 12px",
    maxWidth: "240px",
    fontFamily: "var(--font)",
    fontSize: "12px",
    lineHeight: "16px",
  },
  ".cm-function-help": {
    padding: "8px 12px",
    maxWidth: "320px",
    fontSize: "12px",
    lineHeight: "16px",
  },
  ".cm-function-help code": { fontFamily: "var(--font-mono)" },
  ".cm-function-help p": { margin: "4px 0 0", color: "var(--text-dim)" },
  ".cm-diagnostic": {
    borderLeft: "0",
    padding: "8px 12px",
    fontSize: "12px",
    whiteSpace: "normal",
    maxWidth: "320px",
  },
});
