/** What a function does, shown while the pointer rests on its name. */
import type { Extension } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";
import { type BuiltIn, builtIns } from "./functions.ts";

export function functionHelp(): Extension {
  return hoverTooltip((view, offset) => {
    const found = functionAt(view.state.doc.toString(), offset);
    if (!found) return null;
    return { pos: found.from, end: found.to, above: true, create: () => ({ dom: drawn(found.builtIn) }) };
  });
}

/** The built-in function whose name stands at a place of a source. */
export function functionAt(
  source: string,
  offset: number,
): { readonly builtIn: BuiltIn; readonly from: number; readonly to: number } | undefined {
  const from = offset - (/\$?\w*$/.exec(source.slice(0, offset))?.[0].length ?? 0);
  const name = /^\$\w+/.exec(source.slice(from))?.[0];
  const builtIn = builtIns.find((each) => each.name === name);
  return builtIn && { builtIn, from, to: from + builtIn.name.length };
}

function drawn({ name, signature, purpose, own }: BuiltIn): HTMLElement {
  const box = document.createElement("div");
  box.className = "cm-function-help";
  const call = document.createElement("code");
  call.textContent = name + signature;
  const text = document.createElement("p");
  text.textContent = own ? `${purpose} Millrace's own; JSONata elsewhere does not have it.` : purpose;
  box.append(call, text);
  return box;
}
