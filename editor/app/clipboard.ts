/**
 * The clipboard for commands from buttons and menus. Browsers open it on https and loopback pages only, and may ask;
 * where they do not, what was copied here can at least be pasted here.
 */
import type { Clipboard } from "../actions/action.ts";

let copiedHere = "";

export const pageClipboard: Clipboard = {
  async write(text) {
    copiedHere = text;
    await navigator.clipboard?.writeText(text);
  },
  async read() {
    return (await navigator.clipboard?.readText()) ?? copiedHere;
  },
};

/** The clipboard as the browser hands it over with a copy, cut or paste by keyboard. */
export function eventClipboard(event: ClipboardEvent): Clipboard {
  return {
    async write(text) {
      copiedHere = text;
      event.clipboardData?.setData("text/plain", text);
    },
    read: async () => event.clipboardData?.getData("text/plain") ?? "",
  };
}
