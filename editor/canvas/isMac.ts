/** Shortcuts are written with Command instead of Ctrl. */
export const isMac = /Mac|iP(hone|ad)/.test(navigator.userAgent);
