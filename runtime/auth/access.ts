/**
 * Who may do what: by a bearer token (scripts) or a session cookie (browsers). Browsers send cookies by themselves,
 * so a request that changes something by cookie must also come from a page of ours.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Refusal } from "../protocol/refusal.ts";
import type { Sessions } from "./sessions.ts";

export type Identity = { readonly by: "token" } | { readonly by: "session"; readonly session: string };

export interface AccessOptions {
  readonly sessions: Sessions;
  readonly token?: string;
  readonly password?: string;
  /** Reachable from this machine alone, so that only its own names are honest Host headers. */
  readonly loopback: boolean;
}

export class Access {
  readonly #options: AccessOptions;
  #linkToken: string | undefined;
  #cookieName = "millrace_session";

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** Cookies of a host are shared by its ports: two instances on one machine must not log each other out. */
  setPort(port: number): void {
    this.#cookieName = `millrace_session_${port}`;
  }

  /** Can the login page ask for something? */
  get hasPassword(): boolean {
    return this.#options.token !== undefined || this.#options.password !== undefined;
  }

  /** For the printed link; a new one takes the place of the last. */
  createLinkToken(): string {
    this.#linkToken = randomBytes(24).toString("base64url");
    return this.#linkToken;
  }

  /** @returns the Set-Cookie header, or undefined when the token is wrong or was used */
  async redeemLink(token: string): Promise<string | undefined> {
    if (this.#linkToken === undefined || !equal(token, this.#linkToken)) return undefined;
    this.#linkToken = undefined;
    return this.#openSession();
  }

  /** @returns the Set-Cookie header, or undefined when it is neither the token nor the password */
  async logIn(secret: string): Promise<string | undefined> {
    // Copied text often brings a space or a newline along.
    const fits = this.#isSecret(secret) || this.#isSecret(secret.trim());
    return fits ? this.#openSession() : undefined;
  }

  async logOut(identity: Identity): Promise<string> {
    if (identity.by === "session") await this.#options.sessions.end(identity.session);
    return `${this.#cookieName}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`;
  }

  /** @throws Refusal NOT_LOGGED_IN */
  identify(headers: IncomingHttpHeaders): Identity {
    const bearer = /^Bearer +(.+)$/i.exec(headers.authorization ?? "")?.[1];
    if (bearer !== undefined) {
      const { token } = this.#options;
      if (token !== undefined && equal(bearer, token)) return { by: "token" };
      throw new Refusal(
        "NOT_LOGGED_IN",
        "The bearer token is wrong. It is the one given with --token at start.",
      );
    }
    const cookie = readCookie(headers.cookie, this.#cookieName);
    const session = cookie === undefined ? undefined : this.#options.sessions.use(cookie);
    if (session !== undefined) return { by: "session", session };
    throw new Refusal(
      "NOT_LOGGED_IN",
      "You are not logged in, or the session has ended. Open the link Millrace printed at start, or log in at /login.",
    );
  }

  /** Asked now and then for as long as a WebSocket is open. */
  isValid(identity: Identity): boolean {
    return identity.by === "token" || this.#options.sessions.isOpen(identity.session);
  }

  /**
   * Against DNS rebinding: a foreign name that resolves to this machine makes a foreign page look like ours.
   * @throws Refusal HOST_FOREIGN
   */
  checkHost(headers: IncomingHttpHeaders): void {
    if (!this.#options.loopback) return;
    const name = (headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
    if (name === "localhost" || name === "[::1]" || /^127(\.\d{1,3}){3}$/.test(name)) return;
    throw new Refusal(
      "HOST_FOREIGN",
      "Millrace listens on this machine alone and answers to localhost only. To reach it by another name, start it with --host.",
    );
  }

  /**
   * @throws Refusal ORIGIN_FOREIGN unless a page of ours sent it, or a script by its token
   */
  checkOrigin(headers: IncomingHttpHeaders, identity: Identity | undefined): void {
    if (identity?.by === "token") return;
    if (headers.origin !== undefined) {
      const origin = URL.canParse(headers.origin) ? new URL(headers.origin).host : undefined;
      if (origin !== undefined && origin === headers.host?.toLowerCase()) return;
    } else if (headers["sec-fetch-site"] === "same-origin") {
      return;
    }
    throw new Refusal(
      "ORIGIN_FOREIGN",
      "This was sent by a page of another site, so it was not done. Scripts use a bearer token: start Millrace with --token.",
    );
  }

  async #openSession(): Promise<string> {
    const token = await this.#options.sessions.create();
    // The server ends sessions; the cookie only has to live at least as long. No Secure: loopback speaks plain HTTP.
    return `${this.#cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${cookieAgeS}`;
  }

  #isSecret(secret: string): boolean {
    const { token, password } = this.#options;
    // Both are compared in any case: the time must not tell which one there is.
    const isToken = equal(secret, token ?? "");
    const isPassword = equal(secret, password ?? "");
    return (token !== undefined && isToken) || (password !== undefined && isPassword);
  }
}

/** The longest a browser keeps a cookie: 400 days. */
const cookieAgeS = 400 * 24 * 3600;

/** In a time that tells nothing about either text: hashes have one length. */
function equal(a: string, b: string): boolean {
  return timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest());
}

function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(";") ?? []) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
