/** Expressions as rules hold them, each with the JavaScript a programmer would write by hand for it. */

export interface Message {
  readonly topic: string;
  readonly key: string;
  readonly time: number;
  readonly params: { readonly device: string };
  readonly payload: {
    readonly temperature: number;
    readonly humidity: number;
    readonly battery: number;
    readonly on: boolean;
    readonly mode: string;
    readonly text: string;
    readonly status: { readonly rssi: number; readonly up: boolean };
    readonly samples: readonly { readonly sensor: string; readonly value: number }[];
  };
}

export interface Case {
  readonly source: string;
  readonly byHand: (message: Message) => unknown;
}

const round = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;

export const cases: readonly Case[] = [
  { source: "payload.temperature > 26", byHand: (m) => m.payload.temperature > 26 },
  { source: "payload.temperature", byHand: (m) => m.payload.temperature },
  {
    source: "payload.temperature > 26 and payload.humidity < 60 and payload.battery > 10",
    byHand: (m) => m.payload.temperature > 26 && m.payload.humidity < 60 && m.payload.battery > 10,
  },
  { source: "(payload.temperature - 32) * 5 / 9", byHand: (m) => ((m.payload.temperature - 32) * 5) / 9 },
  {
    source: "$round(payload.temperature * 9 / 5 + 32, 1)",
    byHand: (m) => round((m.payload.temperature * 9) / 5 + 32, 1),
  },
  {
    source: 'payload.mode = "heat" ? 21 : payload.mode = "eco" ? 17 : 5',
    byHand: (m) => (m.payload.mode === "heat" ? 21 : m.payload.mode === "eco" ? 17 : 5),
  },
  {
    source: '{"c": (payload.temperature - 32) * 5 / 9, "device": params.device, "at": time}',
    byHand: (m) => ({ c: ((m.payload.temperature - 32) * 5) / 9, device: m.params.device, at: m.time }),
  },
  {
    source: '{"c": payload.temperature, "id": $split(topic, "/")[1]}',
    byHand: (m) => ({ c: m.payload.temperature, id: m.topic.split("/")[1] }),
  },
  {
    source:
      'params.device & "/" & payload.mode & ": " & payload.temperature & " °C, " & payload.humidity & " %"',
    byHand: (m) =>
      `${m.params.device}/${m.payload.mode}: ${m.payload.temperature} °C, ${m.payload.humidity} %`,
  },
  {
    source: '$uppercase(payload.mode) & "-" & $substringAfter(topic, "/")',
    byHand: (m) => `${m.payload.mode.toUpperCase()}-${m.topic.slice(m.topic.indexOf("/") + 1)}`,
  },
  {
    source: "$average(payload.samples.value)",
    byHand: (m) => {
      let sum = 0;
      for (const sample of m.payload.samples) sum += sample.value;
      return sum / m.payload.samples.length;
    },
  },
  {
    source: "$average(payload.samples[value > 10].value)",
    byHand: (m) => {
      const values = m.payload.samples.filter((sample) => sample.value > 10).map((sample) => sample.value);
      return values.reduce((a, b) => a + b, 0) / values.length;
    },
  },
  {
    source: "$max(payload.samples.value) - $min(payload.samples.value)",
    byHand: (m) => {
      const values = m.payload.samples.map((sample) => sample.value);
      return Math.max(...values) - Math.min(...values);
    },
  },
  {
    source:
      "$sum($map($filter(payload.samples, function($s) { $s.value > 10 }), function($s) { $s.value * 2 }))",
    byHand: (m) =>
      m.payload.samples
        .filter((sample) => sample.value > 10)
        .map((sample) => sample.value * 2)
        .reduce((a, b) => a + b, 0),
  },
  {
    source: "$reduce(payload.samples.value, function($a, $b) { $a + $b })",
    byHand: (m) => m.payload.samples.map((sample) => sample.value).reduce((a, b) => a + b),
  },
  {
    source: 'payload.samples.{"id": sensor, "v": value}',
    byHand: (m) => m.payload.samples.map(({ sensor, value }) => ({ id: sensor, v: value })),
  },
  {
    source: "payload.samples^(>value).value",
    byHand: (m) => [...m.payload.samples].sort((a, b) => b.value - a.value).map((sample) => sample.value),
  },
  {
    source: "payload.samples{sensor: $average(value)}",
    byHand: (m) => {
      const groups: Record<string, number[]> = {};
      for (const { sensor, value } of m.payload.samples) {
        groups[sensor] ??= [];
        groups[sensor].push(value);
      }
      return Object.fromEntries(
        Object.entries(groups).map(([key, values]) => [key, values.reduce((a, b) => a + b) / values.length]),
      );
    },
  },
  {
    source: 'payload.samples[sensor = "s2"][0].value',
    byHand: (m) => m.payload.samples.find((s) => s.sensor === "s2")?.value,
  },
  { source: "payload.samples[0].value", byHand: (m) => m.payload.samples[0]?.value },
  {
    source: "($t := payload.temperature; $d := $t - 20; $d * $d + $t)",
    byHand: (m) => {
      const t = m.payload.temperature;
      const d = t - 20;
      return d * d + t;
    },
  },
  { source: "$contains(topic, /a[0-9]+/)", byHand: (m) => /a[0-9]+/.test(m.topic) },
  {
    source: '{"ts": $now(), "ms": $millis(), "v": payload.temperature}',
    byHand: (m) => ({ ts: new Date(now).toISOString(), ms: now, v: m.payload.temperature }),
  },
  {
    source: 'payload ~> |samples|{"value": value * 2}, ["sensor"]|',
    byHand: (m) => ({
      ...structuredClone(m.payload),
      samples: m.payload.samples.map((sample) => ({ value: sample.value * 2 })),
    }),
  },
  {
    source: "$exists(payload.status.rssi) and payload.status.rssi < -70",
    byHand: (m) => m.payload.status.rssi < -70,
  },
  {
    source: '$number(payload.text) > 40 ? "high" : "low"',
    byHand: (m) => (Number(m.payload.text) > 40 ? "high" : "low"),
  },
  {
    source: '$merge([payload.status, {"seen": true}])',
    byHand: (m) => ({ ...m.payload.status, seen: true }),
  },
  { source: "$string(payload.status)", byHand: (m) => JSON.stringify(m.payload.status) },
];

/** The clock of the evaluations by hand. */
export const now = 1_700_000_000_123;

export const messages: readonly Message[] = Array.from({ length: 16 }, (_, index) => ({
  topic: `sensors/a${index}/telemetry`,
  key: `a${index}`,
  time: now + index,
  params: { device: `a${index}` },
  payload: {
    temperature: 20 + index * 0.7,
    humidity: 40 + index,
    battery: 90 - index,
    on: index % 2 === 0,
    mode: ["heat", "eco", "off"][index % 3]!,
    text: `${35 + index}.5`,
    status: { rssi: -60 - index, up: true },
    samples: Array.from({ length: 20 }, (_, sample) => ({
      sensor: `s${sample % 4}`,
      value: ((index * 7 + sample * 13) % 40) + 0.5,
    })),
  },
}));
