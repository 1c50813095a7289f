/** The settings of an MQTT connection as one flat form, and back into what the API takes. */
import type { Diagnostic } from "../../runtime/core/diagnostic.ts";
import { config, field } from "../../runtime/core/schema.ts";
import type { ConnectionConfig, ConnectionSecrets, ConnectionUpdate } from "../../runtime/protocol/http.ts";
import type { FormValue } from "../forms/fieldSchema.ts";

/** Secrets as typed: "" leaves what is stored, null removes it. */
export interface SecretEdits {
  readonly password: string | null;
  readonly key: string | null;
}

export const noSecretEdits: SecretEdits = { password: "", key: "" };

/** @param isNew the name is the connection's identity, and cannot change later */
export function basicSchema(isNew: boolean) {
  return config({
    ...(isNew
      ? {
          name: field.text({
            title: "Name",
            placeholder: "building-a",
            help: "Nodes choose the connection by this name.",
          }),
        }
      : {}),
    url: field.text({
      title: "Address",
      placeholder: "mqtts://broker.example.com:8883",
      help: "mqtt:// or ws:// in the clear, mqtts:// or wss:// encrypted.",
    }),
    username: field.optional(field.text({ title: "User name" })),
  });
}

/** What most people never touch. @param secure the address asks for encryption */
export function furtherSchema(secure: boolean) {
  return config({
    ...(secure ? tlsFields : {}),
    protocol: field.choice({
      title: "MQTT version",
      labels: { "5": "5", "3.1.1": "3.1.1" },
      default: "5",
      advanced: true,
    }),
    keepaliveS: field.integer({
      title: "Keep alive",
      unit: "s",
      default: 60,
      minimum: 0,
      maximum: 65_535,
      advanced: true,
    }),
    clientId: field.optional(
      field.text({ title: "Client id", advanced: true, help: "Empty: one is chosen and kept." }),
    ),
    persistentSession: field.toggle({
      title: "Persistent session",
      default: true,
      advanced: true,
      help: "The broker keeps messages of QoS 1 and 2 while this connection is down.",
    }),
    willTopic: field.optional(
      field.text({
        title: "Last will: topic",
        advanced: true,
        help: "The broker publishes here when Millrace is gone.",
      }),
    ),
    willPayload: field.optional(field.text({ title: "Last will: message", advanced: true })),
    willRetain: field.toggle({ title: "Retain the last will", default: false, advanced: true }),
  });
}

const tlsFields = {
  ca: field.optional(
    field.markdown({
      title: "CA certificate",
      placeholder: "-----BEGIN CERTIFICATE-----",
      advanced: true,
      help: "PEM. Empty: the authorities that Node.js trusts.",
    }),
  ),
  cert: field.optional(
    field.markdown({
      title: "Client certificate",
      placeholder: "-----BEGIN CERTIFICATE-----",
      advanced: true,
      help: "PEM. Its key is entered above.",
    }),
  ),
  serverName: field.optional(
    field.text({
      title: "Server name",
      advanced: true,
      help: "The name in the broker's certificate, when it is another one than in the address.",
    }),
  ),
  insecure: field.toggle({
    title: "Accept any certificate",
    default: false,
    advanced: true,
    help: "Only for tests on a bench: anybody could pose as the broker.",
  }),
};

export function isSecure(url: unknown): boolean {
  return /^(mqtts|wss):/i.test(String(url ?? ""));
}

export function emptyForm(): FormValue {
  return {
    name: "",
    url: "",
    protocol: "5",
    keepaliveS: 60,
    persistentSession: true,
    insecure: false,
    willRetain: false,
  };
}

export function formOf(config: ConnectionConfig): FormValue {
  const { tls, will, ...rest } = config;
  return {
    ...rest,
    insecure: tls?.insecure ?? false,
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls?.serverName === undefined ? {} : { serverName: tls.serverName }),
    ...(will === undefined ? {} : { willTopic: will.topic, willPayload: will.payload }),
    willRetain: will?.retain ?? false,
  };
}

/** What must be mended before saving; the server checks the rest. */
export function formProblems(form: FormValue, taken: readonly string[]): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const add = (name: string, message: string) =>
    problems.push({ severity: "error", code: "CONNECTION_INVALID", field: `/${name}`, message });
  const name = String(form.name ?? "");
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) add("name", "Give it a name of letters, digits, - or _.");
  else if (taken.includes(name)) add("name", `There is a connection “${name}” already.`);
  if (!/^(mqtts?|wss?):\/\/[^/@\s]+(\/\S*)?$/i.test(String(form.url ?? ""))) {
    add("url", "Write it like mqtt://host:1883, without user name and password.");
  }
  if (typeof form.keepaliveS !== "number" || !Number.isInteger(form.keepaliveS))
    add("keepaliveS", "Whole seconds, 0 for never.");
  return problems;
}

/** @param form one without problems */
export function updateOf(
  form: FormValue,
  edits: SecretEdits,
  will: ConnectionConfig["will"],
): ConnectionUpdate {
  const text = (name: string) =>
    typeof form[name] === "string" && form[name] !== "" ? form[name] : undefined;
  const config: ConnectionConfig = {
    name: String(form.name),
    url: String(form.url).trim(),
    protocol: form.protocol === "3.1.1" ? "3.1.1" : "5",
    keepaliveS: Number(form.keepaliveS),
    persistentSession: form.persistentSession === true,
    ...defined({ clientId: text("clientId"), username: text("username") }),
    ...(isSecure(form.url)
      ? {
          tls: {
            insecure: form.insecure === true,
            ...defined({ ca: text("ca"), cert: text("cert"), serverName: text("serverName") }),
          },
        }
      : {}),
    ...(text("willTopic") === undefined
      ? {}
      : {
          will: {
            topic: String(form.willTopic),
            payload: text("willPayload") ?? "",
            qos: will?.qos ?? 1,
            retain: form.willRetain === true,
          },
        }),
  };
  const secrets = secretsOf(edits);
  return secrets === undefined ? { config } : { config, secrets };
}

/** The API keeps absent secrets and removes empty ones. */
function secretsOf(edits: SecretEdits): ConnectionSecrets | undefined {
  const secrets = {
    ...(edits.password === "" ? {} : { password: edits.password ?? "" }),
    ...(edits.key === "" ? {} : { key: edits.key ?? "" }),
  };
  return Object.keys(secrets).length === 0 ? undefined : secrets;
}

function defined<Name extends string>(
  texts: Readonly<Record<Name, string | undefined>>,
): Partial<Record<Name, string>> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)) as Partial<
    Record<Name, string>
  >;
}
