import { dayMs } from "../../time/civil.ts";
import { Fault } from "../fault.ts";
import { nearest } from "../suggest.ts";
import { datePart } from "./dateParts.ts";
import { type Definitions, define } from "./define.ts";
import { convert, unitNames, unitOf } from "./units.ts";

/** Functions JSONata does not have: units, and the parts of a time that rules ask for. */
export const ownFunctions: Definitions = [
  define("convert", 3, "<n-ss:n>", (_, value, from, to) =>
    value === undefined ? undefined : convertUnits(value as number, String(from), String(to)),
  ),
  timePart("hour", (local) => datePart(local, "H")),
  timePart("minute", (local) => datePart(local, "m")),
  timePart("weekday", (local) => datePart(local, "F")),
  timePart("minuteOfDay", (local) => Math.floor((((local % dayMs) + dayMs) % dayMs) / 60_000)),
];

/** A function of a time in ms and a zone, UTC or an offset from it. */
function timePart(name: string, part: (local: number) => number): Definitions[number] {
  return define(name, 2, "<n-s?:n>", (_, time, zone) => {
    if (time === undefined) return undefined;
    // The range of calendars we compute with.
    if (!(Math.abs(time as number) <= 8.64e15)) throw new Fault("D3901", { value: time });
    return part(Math.floor(time as number) + offsetMs((zone as string | undefined) ?? "Z"));
  });
}

/** `Z`, `UTC`, `+01:00`, `-0330`, `+2`. Names of places need a database that the core does not have. */
function offsetMs(zone: string): number {
  if (zone === "Z" || zone === "UTC") return 0;
  const parts = /^([+-])(\d{1,2})(?::?([0-5]\d))?$/.exec(zone);
  if (parts === null || Number(parts[2]) > 14) throw new Fault("D3902", { value: zone });
  const minutes = Number(parts[2]) * 60 + Number(parts[3] ?? 0);
  return (parts[1] === "-" ? -minutes : minutes) * 60_000;
}

function convertUnits(value: number, from: string, to: string): number {
  const [source, target] = [knownUnit(from), knownUnit(to)];
  if (source.quantity !== target.quantity) {
    throw new Fault("D3904", { from, to, quantity: source.quantity, other: target.quantity });
  }
  return convert(value, source, target);
}

function knownUnit(name: string): NonNullable<ReturnType<typeof unitOf>> {
  const unit = unitOf(name);
  if (unit !== undefined) return unit;
  const near = nearest(name, unitNames());
  throw new Fault("D3903", { value: name, hint: near === undefined ? "" : `. Did you mean ${near}?` });
}
