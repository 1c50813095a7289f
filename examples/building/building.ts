/**
 * The demo building at work: the model, a device per room and a weather station, on a real broker.
 *
 * Building time runs 60 times as fast as the clock on the wall, so that a room cools within minutes and a working day
 * takes ten. Messages carry no time of their own: everything outside the building happens at wall-clock time.
 */
import mqtt from "mqtt";
import { createActivities, stepActivity } from "./activity.ts";
import { disconnect, RoomDevice } from "./device.ts";
import { type Building, createBuilding, stepBuilding, withSetpoint } from "./model.ts";
import { createRandom } from "./random.ts";
import { rooms } from "./rooms.ts";
import { outsideTopic } from "./topics.ts";

const speed = 60;
const tickMs = 1000;
const outsideEveryTicks = 5;

export interface RunningBuilding {
  /** Every device reports that it goes offline, then disconnects. */
  stop(): Promise<void>;
}

/**
 * @param url the broker, credentials included
 * @param onProblem hears why the broker cannot be reached, each reason once; the devices keep trying
 */
export function startBuilding(url: string, onProblem: (text: string) => void): RunningBuilding {
  const random = createRandom(1);
  let building: Building = createBuilding(rooms, random);
  const activities = createActivities(building);
  const told = new Set<string>();
  const tell = (text: string) => {
    if (!told.has(text)) onProblem(text);
    told.add(text);
  };

  const devices = rooms.map(
    (spec) =>
      new RoomDevice({
        url,
        spec,
        random,
        room: () => building.rooms[spec.id]!,
        setSetpoint: (setpointC) => {
          building = withSetpoint(building, spec.id, setpointC);
        },
        activity: () => activities.get(spec.id)!,
        setLight: (lightOn) => activities.set(spec.id, { ...activities.get(spec.id)!, lightOn }),
        onProblem: tell,
      }),
  );
  const weather = mqtt.connect(url, { clientId: "demo-building-weather" });
  weather.on("error", (error) => tell(error.message));

  let ticks = 0;
  const timer = setInterval(() => {
    building = stepBuilding(building, rooms, (speed * tickMs) / 1000, random);
    for (const [id, activity] of activities) {
      const { people } = building.rooms[id]!;
      activities.set(id, stepActivity(activity, people, (speed * tickMs) / 1000, random));
    }
    for (const device of devices) device.tick();
    if (ticks++ % outsideEveryTicks === 0 && weather.connected) {
      weather.publish(outsideTopic, JSON.stringify({ temperature: Math.round(building.outsideC * 10) / 10 }));
    }
  }, tickMs);

  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all([...devices.map((device) => device.stop()), disconnect(weather)]);
    },
  };
}
