/** Units of what buildings and machines measure, for `$convert`. */

/** How to reach the base unit of the quantity: value × factor + offset. */
interface Unit {
  readonly quantity: string;
  readonly factor: number;
  readonly offset: number;
}

/** By every way of writing them. Factors are exact where the unit is defined exactly (BIPM, NIST SP 811). */
const units = new Map<string, Unit>();

function add(quantity: string, factor: number, names: string, offset = 0): void {
  for (const name of names.split(" ")) units.set(name, { quantity, factor, offset });
}

add("temperature", 1, "K");
add("temperature", 1, "°C C", 273.15);
add("temperature", 5 / 9, "°F F", 459.67 * (5 / 9));

add("length", 1, "m");
add("length", 1000, "km");
add("length", 0.01, "cm");
add("length", 0.001, "mm");
add("length", 0.0254, "in");
add("length", 0.3048, "ft");
add("length", 0.9144, "yd");
add("length", 1609.344, "mi");

add("pressure", 1, "Pa");
add("pressure", 100, "hPa mbar");
add("pressure", 1000, "kPa");
add("pressure", 1e6, "MPa");
add("pressure", 1e5, "bar");
add("pressure", 101_325, "atm");
add("pressure", 6894.757293168, "psi");
add("pressure", 133.322387415, "mmHg");
add("pressure", 3386.389, "inHg");

add("energy", 1, "J");
add("energy", 1000, "kJ");
add("energy", 1e6, "MJ");
add("energy", 1e9, "GJ");
add("energy", 3600, "Wh");
add("energy", 3.6e6, "kWh");
add("energy", 3.6e9, "MWh");
add("energy", 1055.05585262, "BTU Btu");
add("energy", 4184, "kcal");

add("power", 1, "W");
add("power", 1000, "kW");
add("power", 1e6, "MW");
add("power", 1055.05585262 / 3600, "BTU/h Btu/h");
add("power", 745.6998715822702, "hp");
add("power", 735.49875, "PS");

add("flow", 1, "m³/s m3/s");
add("flow", 1 / 3600, "m³/h m3/h");
add("flow", 0.001, "l/s L/s");
add("flow", 0.001 / 60, "l/min L/min");
add("flow", 0.001 / 3600, "l/h L/h");
add("flow", 3.785411784e-3 / 60, "gpm");
add("flow", 0.028316846592 / 60, "cfm");

export function unitOf(name: string): Unit | undefined {
  return units.get(name);
}

export function unitNames(): readonly string[] {
  return [...units.keys()];
}

/** Rounded to 12 significant digits, so that 21 °C is 69.8 °F and not 69.80000000000001. */
export function convert(value: number, from: Unit, to: Unit): number {
  const base = value * from.factor + from.offset;
  return Number(((base - to.offset) / to.factor).toPrecision(12));
}
