/** Brokers that die and come back on the same port with what they had acknowledged. */
import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { Child } from "./child.ts";

export type BrokerKind = "mosquitto" | "own process" | "inside";

export interface Broker {
  readonly child: Child;
  start(): Promise<void>;
  /** Mosquitto saves its sessions when it ends in good order, and not before. */
  readonly lastSignal: "SIGKILL" | "SIGTERM";
}

/** @param program the built test/broker/brokerProcess.ts */
export function ownBroker(program: string, folder: string, port: number): Broker {
  const child = new Child(
    [process.execPath, program, join(folder, "broker"), `${port}`],
    join(folder, "broker.log"),
  );
  const start = async () => {
    child.start();
    await child.until((printed) => (/^\d+/.test(printed) ? true : undefined), startMsMax);
  };
  return { child, start, lastSignal: "SIGKILL" };
}

export function mosquitto(folder: string, port: number): Broker {
  const place = join(folder, "broker");
  mkdirSync(place, { recursive: true });
  const config = [
    `user ${userInfo().username}`,
    `listener ${port} 127.0.0.1`,
    "allow_anonymous true",
    "persistence true",
    `persistence_location ${place}/`,
    "max_queued_messages 0",
  ];
  writeFileSync(join(place, "mosquitto.conf"), `${config.join("\n")}\n`);
  const child = new Child(["mosquitto", "-c", join(place, "mosquitto.conf")], join(folder, "broker.log"));
  const start = async () => {
    child.start();
    for (const deadline = Date.now() + startMsMax; !(await answers(port)); ) {
      if (Date.now() > deadline || !child.isRunning) throw new Error(`mosquitto does not answer on ${port}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { child, start, lastSignal: "SIGTERM" };
}

const startMsMax = 30_000;

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
