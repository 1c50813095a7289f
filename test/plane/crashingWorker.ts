/** The data plane's worker with a way to kill it from a test. */
import { threadId } from "node:worker_threads";
import "../../runtime/worker.ts";

const channel = new BroadcastChannel("millrace-test-crash");
channel.onmessage = () => {
  // Thrown in a task of its own: nobody can catch it.
  setImmediate(() => {
    throw new Error(`thread ${threadId} was told to die`);
  });
};
// The channel alone must not keep the thread alive.
(channel as unknown as { unref(): void }).unref();
