/**
 * Why a connection does not work, as a person would say it, with the place and, where there is one, the remedy.
 * @param place host and port
 */
export function connectionProblem(error: unknown, place: string): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const text = error instanceof Error ? error.message : String(error);
  if (typeof code === "number") return refusal(code, place);
  const known = typeof code === "string" ? byCode[code] : undefined;
  if (known) return known(place);
  if (text === "connack timeout") return `${place} does not answer as an MQTT broker`;
  if (text === "Keepalive timeout") return `${place} stopped answering`;
  if (text === "") return `cannot reach ${place}`;
  return `${place}: ${text}`;
}

const unverified = (place: string) =>
  `the certificate of ${place} is not signed by a known authority: give the connection its CA certificate`;

const byCode: Readonly<Record<string, (place: string) => string>> = {
  ECONNREFUSED: (place) => `connection refused by ${place}`,
  ECONNRESET: (place) => `connection reset by ${place}`,
  EPIPE: (place) => `connection closed by ${place}`,
  ETIMEDOUT: (place) => `no answer from ${place}`,
  EHOSTUNREACH: (place) => `no route to ${place}`,
  ENETUNREACH: (place) => `no network to reach ${place}`,
  ENOTFOUND: (place) => `no host of that name: ${place}`,
  EAI_AGAIN: (place) => `the name service does not answer for ${place}`,
  SELF_SIGNED_CERT_IN_CHAIN: unverified,
  DEPTH_ZERO_SELF_SIGNED_CERT: unverified,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unverified,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unverified,
  CERT_HAS_EXPIRED: (place) => `the certificate of ${place} has expired`,
  ERR_TLS_CERT_ALTNAME_INVALID: (place) =>
    `the certificate of ${place} is for another host: set the server name of the connection`,
  ERR_SSL_WRONG_VERSION_NUMBER: (place) => `${place} does not speak TLS: use mqtt:// or its TLS port`,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: (place) => `${place} does not speak TLS: use mqtt:// or its TLS port`,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: (place) => `${place} asks for a client certificate`,
};

/** CONNACK codes of MQTT 3.1.1 (1 to 5) and MQTT 5 (128 and above). */
function refusal(code: number, place: string): string {
  switch (code) {
    case 1:
    case 132:
      return `${place} does not speak this MQTT version: choose the other one for the connection`;
    case 2:
    case 133:
      return `${place} does not accept the client id`;
    case 4:
    case 134:
      return `user name or password refused by ${place}`;
    case 5:
    case 135:
      return `${place} does not allow this user or client to connect`;
    case 3:
    case 136:
    case 137:
      return `${place} is busy or not available`;
    case 139:
      return `${place} is shutting down`;
    case 138:
      return `${place} has banned this client`;
    case 142:
      return `another client has connected to ${place} with the same client id`;
    case 149:
      return `a message from ${place} is larger than allowed`;
    default:
      return `${place} refused the connection (code ${code})`;
  }
}
