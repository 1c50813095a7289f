/** Every node type there is, in palette order. A type exists because it is listed here. */
import type { AnyNodeType } from "../runtime/core/api.ts";
import absence from "./absence.ts";
import anomaly from "./anomaly.ts";
import batch from "./batch.ts";
import change from "./change.ts";
import collect from "./collect.ts";
import combineLatest from "./combine-latest.ts";
import comment from "./comment.ts";
import counter from "./counter.ts";
import deadband from "./deadband.ts";
import debounce from "./debounce.ts";
import debug from "./debug.ts";
import dedupe from "./dedupe.ts";
import delay from "./delay.ts";
import deviceCommand from "./device-command.ts";
import enrich from "./enrich.ts";
import filter from "./filter.ts";
import inject from "./inject.ts";
import join from "./join.ts";
import lag from "./lag.ts";
import latch from "./latch.ts";
import merge from "./merge.ts";
import mqttIn from "./mqtt-in.ts";
import mqttOut from "./mqtt-out.ts";
import rateOfChange from "./rate-of-change.ts";
import reorder from "./reorder.ts";
import sample from "./sample.ts";
import schedule from "./schedule.ts";
import scheduleGate from "./schedule-gate.ts";
import sequence from "./sequence.ts";
import split from "./split.ts";
import stateMachine from "./state-machine.ts";
import switchNode from "./switch.ts";
import threshold from "./threshold.ts";
import throttle from "./throttle.ts";
import transform from "./transform.ts";
import window from "./window.ts";

export const nodeTypes: readonly AnyNodeType[] = [
  mqttIn,
  inject,
  schedule,
  window,
  debounce,
  throttle,
  delay,
  sample,
  reorder,
  batch,
  absence,
  threshold,
  anomaly,
  filter,
  switchNode,
  scheduleGate,
  dedupe,
  deadband,
  latch,
  stateMachine,
  sequence,
  transform,
  enrich,
  change,
  lag,
  counter,
  rateOfChange,
  split,
  collect,
  merge,
  join,
  combineLatest,
  deviceCommand,
  mqttOut,
  debug,
  comment,
] satisfies readonly AnyNodeType[];
