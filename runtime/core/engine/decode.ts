/** From the bytes of an MQTT payload to a JSON value, in the format a subscription asks for. Decoded once per input. */
import { toBase64 } from "../base64.ts";
import type { ErrorCode } from "../errors.ts";
import { holdsHugeNumber, jsonDepthExceeds } from "../json.ts";
import { limits } from "../limits.ts";
import type { PayloadFormat } from "../nodeType.ts";
import type { Platform } from "../platform.ts";

/** Bad data, with the place it was found in its text. */
export class PayloadError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export class Decoder {
  private readonly platform: Platform;
  private bytes: Uint8Array = new Uint8Array();
  private text: string | undefined;
  private json: unknown;
  private hasJson = false;

  constructor(platform: Platform) {
    this.platform = platform;
  }

  /** Turns to the next payload. */
  open(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.text = undefined;
    this.json = undefined;
    this.hasJson = false;
  }

  /** @throws PayloadError */
  read(format: PayloadFormat): unknown {
    if (this.bytes.length > limits.payloadBytesMax) {
      const text = `The payload has ${this.bytes.length} bytes; at most ${limits.payloadBytesMax} are accepted.`;
      throw new PayloadError("PAYLOAD_TOO_LARGE", text);
    }
    switch (format) {
      case "json":
        return this.readJson();
      case "text":
        return this.readText();
      case "number":
        return this.readNumber();
      case "boolean":
        return this.readBoolean();
      case "binary":
        return toBase64(this.bytes);
    }
  }

  /** As much of the payload as a person can make sense of. */
  preview(): string {
    const shown = this.bytes.subarray(0, limits.deadLetterTextMax);
    return this.platform.decodeUtf8(shown) ?? toBase64(shown);
  }

  /** The payload as it came, to be read again; undefined when it is too large to be kept. */
  raw(): string | undefined {
    return this.bytes.length > limits.deadLetterRawBytesMax ? undefined : toBase64(this.bytes);
  }

  private readText(): string {
    this.text ??= this.platform.decodeUtf8(this.bytes);
    if (this.text === undefined) throw new PayloadError("PAYLOAD_NOT_TEXT", "The payload is not UTF-8 text.");
    return this.text;
  }

  private readJson(): unknown {
    if (this.hasJson) return this.json;
    const text = this.readText();
    try {
      this.json = JSON.parse(text);
    } catch (cause) {
      throw new PayloadError("PAYLOAD_NOT_JSON", `The payload is not JSON: ${(cause as Error).message}.`);
    }
    // Only a text with that many opening brackets can be that deep.
    if (text.length > 2 * limits.jsonDepthMax && jsonDepthExceeds(this.json, limits.jsonDepthMax)) {
      this.json = undefined;
      throw new PayloadError(
        "PAYLOAD_TOO_DEEP",
        `The payload is nested deeper than ${limits.jsonDepthMax} levels.`,
      );
    }
    if (holdsHugeNumber(this.json, text)) {
      this.json = undefined;
      throw new PayloadError(
        "PAYLOAD_NUMBER_TOO_LARGE",
        "A number in the payload lies beyond ±1.8e308, the largest there is.",
      );
    }
    this.hasJson = true;
    return this.json;
  }

  private readNumber(): number {
    const text = this.readText().trim();
    const value = Number(text);
    if (text === "" || !Number.isFinite(value)) {
      throw new PayloadError("PAYLOAD_NOT_NUMBER", `“${text.slice(0, 80)}” is not a number.`);
    }
    return value;
  }

  private readBoolean(): boolean {
    const text = this.readText().trim();
    const value = booleans.get(text.toLowerCase());
    if (value === undefined) {
      throw new PayloadError(
        "PAYLOAD_NOT_BOOLEAN",
        `“${text.slice(0, 80)}” is not true/false, on/off, yes/no or 1/0.`,
      );
    }
    return value;
  }
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["on", true],
  ["yes", true],
  ["1", true],
  ["false", false],
  ["off", false],
  ["no", false],
  ["0", false],
]);
