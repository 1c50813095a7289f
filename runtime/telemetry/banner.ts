/** What a person reads when Millrace has started. */

export interface BannerFacts {
  readonly version: string;
  readonly host: string;
  readonly port: number;
  readonly linkToken: string;
  /** Without credentials. */
  readonly brokerUrl: string;
  /** The external broker, if there is one. */
  readonly mqtt?: unknown;
  readonly dataDir: string;
  readonly demo: boolean;
}

export function banner(facts: BannerFacts): string {
  const lines = [
    `Millrace ${facts.version} runs. Open this link; it logs you in once:`,
    "",
    `  http://${linkHost(facts.host)}:${facts.port}/login?token=${facts.linkToken}`,
    "",
    `  MQTT   ${facts.brokerUrl}${facts.mqtt ? "" : " (embedded broker, reachable from this machine)"}`,
    `  Data   ${facts.dataDir}`,
    ...(facts.demo ? ["  Demo   a simulated building; --no-demo leaves it out"] : []),
    "",
    "Ctrl+C stops it.",
    "",
  ];
  return lines.join("\n");
}

/** The address a browser on this machine uses. */
function linkHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
