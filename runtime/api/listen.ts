/** Opening and closing the HTTP server's port. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Why the port cannot be had, in a sentence for the person who started it. */
export class ListenError extends Error {}

/**
 * @param port 0: any free one
 * @returns the port
 * @throws ListenError
 */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** Requests under way get `graceMs`; keep-alive connections must not hold the process. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(late);
}

const graceMs = 1_000;

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new ListenError(
        `Port ${port} on ${host} is in use by another program. Stop it, or choose another port with --port PORT.`,
      );
    case "EACCES":
      return new ListenError(
        `Port ${port} may not be used without special rights. Choose one above 1023 with --port PORT.`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new ListenError(`This machine has no address ${host}. Give one of its own with --host ADDRESS.`);
    default:
      return error;
  }
}
