import { Socket } from "node:net";
import mqtt from "mqtt";
import { alarmAbove } from "./reading.ts";

/** The yardstick: what one would write by hand for this rule, with MQTT.js and nothing else. */
export function runRawLoop(port: number, qos: 0 | 1): void {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  const raised = new Map<string, boolean>();
  client.on("message", (topic, bytes) => {
    const payload = JSON.parse(bytes.toString()) as { temperature: number; humidity: number; unit: string };
    const device = topic.split("/")[1]!;
    const feels = payload.temperature + 0.1 * payload.humidity;
    const hot = feels > alarmAbove;
    if (hot === (raised.get(device) ?? false)) return;
    raised.set(device, hot);
    const alarm = JSON.stringify({ value: feels, unit: payload.unit, raised: hot });
    client.publish(`alarms/${device}`, alarm, { qos });
  });
  client.on("connect", () => {
    // Without it Nagle's algorithm holds acknowledgements back: the yardstick should be a good one.
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    client.subscribe("sensors/+/telemetry", { qos });
  });
}
