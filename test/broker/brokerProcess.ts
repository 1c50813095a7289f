/** The embedded broker in a process of its own, to be killed. Arguments: its folder, and a port (any free one). Prints its port. */
import { BrokerServer } from "../../runtime/broker/server.ts";

const server = new BrokerServer(process.argv[2]!, (text) => process.stderr.write(`${text}\n`));
process.stdout.write(String(await server.start({ host: "127.0.0.1", port: Number(process.argv[3] ?? 0) })));
