/**
 * When the sun rises and sets at a place, and when twilight begins and ends.
 *
 * The solar position is the low-accuracy theory of J. Meeus, "Astronomical Algorithms" (2nd ed., chapters 25 and 28), with the
 * altitudes NOAA's solar calculator uses. Between 65° south and north sunrise and sunset lie within 20 s of a full ephemeris
 * (test/core/time/sun.test.ts). Almanacs presume a flat horizon and average air as well; near the poles, where the sun grazes
 * its altitude, what the air does on a day moves the event by many minutes, and nobody can know it beforehand.
 */
import { floorTo } from "./align.ts";
import { dayMs } from "./civil.ts";

export interface Place {
  /** Degrees, north positive, -90 to 90. */
  readonly latitude: number;
  /** Degrees, east positive, -180 to 180. */
  readonly longitude: number;
}

/** Altitude of the sun's centre, degrees. Sunrise and sunset: its upper edge, lifted by refraction, at the horizon. */
const altitudes = {
  "nautical dawn": -12,
  dawn: -6,
  sunrise: -0.833,
  sunset: -0.833,
  dusk: -6,
  "nautical dusk": -12,
} as const;

export type SunEvent = keyof typeof altitudes;
/** In the order of a day. Dawn and dusk are those of civil twilight. */
export const sunEvents = Object.keys(altitudes) as readonly SunEvent[];

export function isMorning(event: SunEvent): boolean {
  return event === "sunrise" || event === "dawn" || event === "nautical dawn";
}

export interface SunTime {
  /** ms since epoch, whole seconds */
  readonly at: number;
  /**
   * The sun stays on one side of the event's altitude that day. Then `at` is the limit the event had come to: noon when it stays
   * below, midnight by the sun when it stays above, where the evening's and the next morning's are one instant.
   */
  readonly stays?: "above" | "below";
}

/**
 * An event of the day whose noon by the sun is nearest to an instant; an evening event follows that noon, and may lie
 * after midnight by the clock.
 * @param near ms since epoch
 */
export function sunTime(event: SunEvent, near: number, place: Place): SunTime {
  // Noon by a sun that keeps time: 12:00 UTC at Greenwich, 4 minutes earlier for each degree east.
  const meanNoon = dayMs / 2 - place.longitude * msPerDegree;
  const noon = floorTo(near - meanNoon + dayMs / 2, dayMs) + meanNoon;
  const side = isMorning(event) ? -1 : 1;
  let at = noon;
  let cosine = 0;
  // The sun moves on while we look for it; each round narrows the error by a factor of a hundred or more.
  for (let round = 0; round < rounds; round++) {
    const sun = sunAt(at);
    cosine = hourAngleCosine(sun.declination, radians(place.latitude), radians(altitudes[event]));
    const angle = degrees(Math.acos(Math.min(1, Math.max(-1, cosine))));
    at = noon - sun.aheadMs + side * angle * msPerDegree;
  }
  const rounded = Math.round(at / 1_000) * 1_000;
  if (cosine > 1) return { at: rounded, stays: "below" };
  return cosine < -1 ? { at: rounded, stays: "above" } : { at: rounded };
}

const rounds = 8;
/** The earth turns a degree in four minutes. */
const msPerDegree = 240_000;
/** 2000-01-01 12:00, from which the theory counts. Clock time serves for dynamical time: the minute between moves the sun by arc milliseconds. */
const j2000 = 946_728_000_000;
const msPerCentury = 36_525 * dayMs;

interface SunPosition {
  /** Angle north of the celestial equator, radians. */
  readonly declination: number;
  /** How far the sun's own time is ahead of a steady clock (the equation of time), ms. */
  readonly aheadMs: number;
}

/** @param at ms since epoch; good to 0.01 degrees for centuries around 2000 */
export function sunAt(at: number): SunPosition {
  const t = (at - j2000) / msPerCentury;
  const meanLongitude = radians(280.46646 + t * (36_000.76983 + t * 0.0003032));
  const anomaly = radians(357.52911 + t * (35_999.05029 - t * 0.0001537));
  const eccentricity = 0.016708634 - t * (0.000042037 + t * 0.0000001267);
  const centre =
    Math.sin(anomaly) * (1.914602 - t * (0.004817 + t * 0.000014)) +
    Math.sin(2 * anomaly) * (0.019993 - t * 0.000101) +
    Math.sin(3 * anomaly) * 0.000289;
  const node = radians(125.04 - 1_934.136 * t);
  const longitude = meanLongitude + radians(centre - 0.00569 - 0.00478 * Math.sin(node));
  const meanObliquity = 23.4392911 - t * (0.0130042 + t * (0.000000164 - t * 0.000000504));
  const obliquity = radians(meanObliquity + 0.00256 * Math.cos(node));
  const y = Math.tan(obliquity / 2) ** 2;
  const ahead =
    y * Math.sin(2 * meanLongitude) -
    2 * eccentricity * Math.sin(anomaly) +
    4 * eccentricity * y * Math.sin(anomaly) * Math.cos(2 * meanLongitude) -
    0.5 * y * y * Math.sin(4 * meanLongitude) -
    1.25 * eccentricity * eccentricity * Math.sin(2 * anomaly);
  return {
    declination: Math.asin(Math.sin(obliquity) * Math.sin(longitude)),
    aheadMs: degrees(ahead) * msPerDegree,
  };
}

/** Cosine of the angle the sun turns between noon and an altitude; beyond ±1 it does not come there. */
function hourAngleCosine(declination: number, latitude: number, altitude: number): number {
  return (
    (Math.sin(altitude) - Math.sin(latitude) * Math.sin(declination)) /
    (Math.cos(latitude) * Math.cos(declination))
  );
}

function radians(angle: number): number {
  return (angle * Math.PI) / 180;
}

function degrees(angle: number): number {
  return (angle * 180) / Math.PI;
}
