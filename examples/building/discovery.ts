/**
 * How a room announces itself: Home Assistant MQTT discovery, single-component form
 * (https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery), retained.
 */
import { setpointRangeC } from "./model.ts";
import type { RoomSpec } from "./rooms.ts";
import { topicsOf } from "./topics.ts";

export interface Announcement {
  readonly topic: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export function announcementsOf(spec: RoomSpec): readonly Announcement[] {
  const topics = topicsOf(spec.id);
  const sensor = (field: string, deviceClass: string, unit: string) =>
    announce(spec, "sensor", field, {
      state_topic: topics.telemetry,
      value_template: `{{ value_json.${field} }}`,
      device_class: deviceClass,
      state_class: "measurement",
      unit_of_measurement: unit,
      expire_after: 60,
    });
  return [
    announce(spec, "climate", "thermostat", {
      modes: ["heat"],
      mode_state_topic: topics.state,
      mode_state_template: "{{ value_json.mode }}",
      action_topic: topics.state,
      action_template: "{{ value_json.action }}",
      current_temperature_topic: topics.telemetry,
      current_temperature_template: "{{ value_json.temperature }}",
      temperature_command_topic: topics.command,
      temperature_command_template: '{"setpoint": {{ value }}}',
      temperature_state_topic: topics.state,
      temperature_state_template: "{{ value_json.setpoint }}",
      temperature_unit: "C",
      min_temp: setpointRangeC.min,
      max_temp: setpointRangeC.max,
      temp_step: 0.5,
      precision: 0.1,
      optimistic: false,
      qos: 1,
      retain: false,
    }),
    sensor("temperature", "temperature", "°C"),
    sensor("humidity", "humidity", "%"),
    sensor("co2", "carbon_dioxide", "ppm"),
    announce(spec, "binary_sensor", "occupancy", {
      state_topic: topics.occupancy,
      value_template: "{{ 'ON' if value_json.occupied else 'OFF' }}",
      device_class: "occupancy",
    }),
    announce(spec, "binary_sensor", "motion", {
      state_topic: topics.motion,
      value_template: "{{ 'ON' if value_json.motion else 'OFF' }}",
      device_class: "motion",
      off_delay: 5,
    }),
    announce(spec, "light", "light", {
      state_topic: topics.light,
      state_value_template: "{{ 'ON' if value_json.on else 'OFF' }}",
      command_topic: topics.lightCommand,
      payload_on: '{"on": true}',
      payload_off: '{"on": false}',
      optimistic: false,
      qos: 1,
      retain: false,
    }),
  ];
}

function announce(
  spec: RoomSpec,
  component: string,
  objectId: string,
  fields: Readonly<Record<string, unknown>>,
): Announcement {
  const uniqueId = `millrace_demo_${spec.id.replaceAll("-", "_")}_${objectId}`;
  return {
    topic: `homeassistant/${component}/${spec.id}/${objectId}/config`,
    payload: {
      name: objectId === "co2" ? "CO₂" : objectId.charAt(0).toUpperCase() + objectId.slice(1),
      unique_id: uniqueId,
      ...fields,
      availability_topic: topicsOf(spec.id).availability,
      payload_available: "online",
      payload_not_available: "offline",
      device: {
        identifiers: [`millrace_demo_${spec.id}`],
        name: spec.name,
        manufacturer: "Millrace",
        model: "Simulated room",
        suggested_area: spec.name,
      },
      origin: { name: "Millrace demo building" },
    },
  };
}
