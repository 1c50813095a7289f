/** A node type on its way from the palette to the canvas. */
const mediaType = "application/x-millrace-node-type";

export function startDrag(transfer: DataTransfer, type: string): void {
  transfer.setData(mediaType, type);
  transfer.effectAllowed = "copy";
}

/** @returns undefined when something else is dragged, such as a file */
export function draggedType(transfer: DataTransfer): string | undefined {
  const type = transfer.getData(mediaType);
  return type === "" ? undefined : type;
}
