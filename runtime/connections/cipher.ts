/**
 * Encrypts the secrets of connections at rest: AES-256-GCM with a random nonce per value, bound to the place the
 * value belongs to, so that a stored value cannot be moved to another connection. Text form: base64 of nonce (12
 * bytes), tag (16 bytes), ciphertext.
 *
 * The key is a file beside the data, readable by this user alone. That protects copies and backups of the database,
 * not against somebody who can read the folder; whoever wants that keeps the key elsewhere, in MILLRACE_SECRET.
 */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";

export interface Cipher {
  /** @param place what the value belongs to, such as `default/password` */
  encrypt(value: string, place: string): string;
  /** @returns undefined when the text was encrypted with another key, for another place, or was changed */
  decrypt(text: string, place: string): string | undefined;
}

/** @param key 32 bytes */
export function createCipher(key: Uint8Array): Cipher {
  return {
    encrypt(value, place) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(place));
      const encrypted = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString("base64");
    },
    decrypt(text, place) {
      const bytes = Buffer.from(text, "base64");
      if (bytes.length < nonceBytes + tagBytes) return undefined;
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      const start = decipher.update(bytes.subarray(nonceBytes + tagBytes));
      try {
        return Buffer.concat([start, decipher.final()]).toString("utf8");
      } catch {
        // final() throws for one reason alone: the tag does not fit, so the key, the place or the text is another.
        return undefined;
      }
    },
  };
}

/** The key file cannot be used; the text says what to do. */
export class KeyError extends Error {}

/** The key from a person's passphrase. Slow on purpose, once at start. */
export function keyFromSecret(secret: string): Uint8Array {
  return scryptSync(secret, "millrace connections", keyBytes);
}

/**
 * The key from its file, made at the first start.
 * @throws KeyError when the file holds something else
 */
export function keyFromFile(file: string): Uint8Array {
  try {
    writeFileSync(file, `${randomBytes(keyBytes).toString("base64")}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    chmodSync(file, 0o600);
  }
  const key = Buffer.from(readFileSync(file, "utf8"), "base64");
  if (key.length === keyBytes) return key;
  throw new KeyError(
    `${file} should hold ${keyBytes} bytes in base64. Restore it from a backup; or delete it, and enter the passwords of the connections again.`,
  );
}

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
