/** MQTT topics of the demo building. */
/** `{ temperature }` in °C. Apart from the rooms, so that a rule for every room does not take it for one. */
export const outsideTopic = "building/weather";

export interface RoomTopics {
  /** `{ temperature, humidity, co2 }`, °C, % and ppm. */
  readonly telemetry: string;
  /** `{ occupied, people }`, retained. */
  readonly occupancy: string;
  /** `{ motion: true }` whenever somebody moves. */
  readonly motion: string;
  /** `{ on }`, retained. */
  readonly light: string;
  /** `{ on }`: the command. */
  readonly lightCommand: string;
  /** `{ setpoint }` in °C: the command. */
  readonly command: string;
  /** `{ setpoint, heating, valve, mode, action }`, retained: what the thermostat really does. */
  readonly state: string;
  /** `online`, or `offline` by last will; retained. */
  readonly availability: string;
}

export function topicsOf(roomId: string): RoomTopics {
  const base = `building/${roomId}`;
  return {
    telemetry: `${base}/telemetry`,
    occupancy: `${base}/occupancy`,
    motion: `${base}/motion`,
    light: `${base}/light`,
    lightCommand: `${base}/light/set`,
    command: `${base}/thermostat/set`,
    state: `${base}/thermostat/state`,
    availability: `${base}/availability`,
  };
}
