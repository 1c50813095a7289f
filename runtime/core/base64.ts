/** Bytes as text that JSON can hold (RFC 4648, with padding). */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const chunk = (bytes[index]! << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text += alphabet[(chunk >> 18) & 63]! + alphabet[(chunk >> 12) & 63]!;
    text += index + 1 < bytes.length ? alphabet[(chunk >> 6) & 63] : "=";
    text += index + 2 < bytes.length ? alphabet[chunk & 63] : "=";
  }
  return text;
}

/** @param text as {@link toBase64} makes it */
export function fromBase64(text: string): Uint8Array {
  const digits = text.replace(/=+$/, "");
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let [held, heldBits, length] = [0, 0, 0];
  for (const digit of digits) {
    held = ((held << 6) | alphabet.indexOf(digit)) & 0xffff;
    heldBits += 6;
    if (heldBits < 8) continue;
    heldBits -= 8;
    bytes[length++] = (held >> heldBits) & 0xff;
  }
  return bytes;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
