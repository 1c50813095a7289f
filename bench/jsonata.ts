/**
 * Expressions: ours hot, the reference interpreter and JavaScript by hand in one run, by processor time. Then what thousands
 * of rules meet: as many distinct expressions in turn, the time to compile one and the memory it holds. Run Node with
 * `--expose-gc` for the memory.
 */
import jsonata from "jsonata";
import { compileExpression } from "../runtime/core/expression/compile.ts";
import { expressionLimits } from "../runtime/core/expression/limits.ts";
import { cases, messages, now } from "./jsonata/cases.ts";

const warmUpMs = 150;
const windowMs = 60;
const windows = 5;
const distinct = 3000;

/** Keeps results alive, so that nothing is optimised away. */
export let sink: unknown;

await compareEach();
await manyRules();

async function compareEach(): Promise<void> {
  console.log("evaluations/s, thousands   reference        ours     by hand   ours/ref   hand/ours");
  const ratios: number[] = [];
  for (const { source, byHand } of cases) {
    const compiled = compileExpression(source, expressionLimits, "adaptive");
    const env = { now };
    const reference = jsonata(source);
    const theirs = await fastest((message) => reference.evaluate(message));
    const ours = await fastest((message) => compiled.evaluate(message, env));
    const hand = await fastest((message) => byHand(message));
    ratios.push(ours / theirs);
    console.log(
      `${source.slice(0, 76)}\n${thousands(theirs).padStart(36)}${thousands(ours).padStart(12)}${thousands(hand).padStart(12)}${(ours / theirs).toFixed(1).padStart(11)}${(hand / ours).toFixed(1).padStart(12)}`,
    );
  }
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  console.log(
    `${cases.length} expressions: geometric mean ${mean.toFixed(1)}, least ${Math.min(...ratios).toFixed(1)} (at least 40 and 3)`,
  );
}

/** Evaluations per second of processor time, in the best of several windows. */
async function fastest(evaluate: (message: (typeof messages)[number]) => unknown): Promise<number> {
  // A promise is awaited, a value is not: awaiting would cost more than evaluating.
  const batch = async (size: number) => {
    for (let index = 0; index < size; index++) {
      const result = evaluate(messages[index & 15]!);
      if (result instanceof Promise) await result;
      else sink = result;
    }
  };
  let size = 16;
  for (const until = performance.now() + warmUpMs; performance.now() < until; ) {
    const began = performance.now();
    await batch(size);
    if (performance.now() - began < 5) size *= 2;
  }
  let best = 0;
  for (let window = 0; window < windows; window++) {
    let done = 0;
    const began = process.cpuUsage();
    const until = performance.now() + windowMs;
    while (performance.now() < until) {
      await batch(size);
      done += size;
    }
    const used = process.cpuUsage(began);
    best = Math.max(best, (done * 1e6) / (used.user + used.system));
  }
  return best;
}

async function manyRules(): Promise<void> {
  const sources = Array.from({ length: distinct }, (_, index) => {
    const { source } = cases[index % cases.length]!;
    return `${source} /* ${index} */`;
  });
  for (const source of sources.slice(0, 300)) compileExpression(source, expressionLimits, "adaptive");
  const before = heapUsed();
  let began = process.cpuUsage();
  const compiled = sources.map((source) => compileExpression(source, expressionLimits, "adaptive"));
  const compileUs = elapsedUs(began) / distinct;
  const cold = (heapUsed() - before) / distinct;
  const env = { now };
  const round = (count: number) => {
    began = process.cpuUsage();
    for (let turn = 0; turn < count; turn++)
      for (const each of compiled) sink = each.evaluate(messages[turn & 15]!, env);
    return (count * distinct * 1e6) / elapsedUs(began);
  };
  const first = round(1);
  for (let turn = 0; turn < 10; turn++) round(60);
  const hot = round(60);
  const reference = sources.map((source) => jsonata(source));
  const referenceRound = async (count: number) => {
    began = process.cpuUsage();
    for (let turn = 0; turn < count; turn++)
      for (const each of reference) sink = await each.evaluate(messages[turn & 15]!);
    return (count * distinct * 1e6) / elapsedUs(began);
  };
  await referenceRound(5);
  const theirs = await referenceRound(5);
  console.log(`\n${distinct} distinct expressions in turn`);
  console.log(`compile, µs each               ${compileUs.toFixed(0).padStart(10)}   at most 1000`);
  console.log(`memory each, KB                ${kilobytes(cold).padStart(10)}`);
  console.log(
    `memory each once hot, KB       ${kilobytes((heapUsed() - before) / distinct).padStart(10)}   with the reference's`,
  );
  console.log(`first round, thousands/s       ${thousands(first).padStart(10)}`);
  console.log(
    `hot, thousands/s               ${thousands(hot).padStart(10)}   ${(hot / theirs).toFixed(1)} times the reference's ${thousands(theirs)}`,
  );
}

function elapsedUs(began: NodeJS.CpuUsage): number {
  const used = process.cpuUsage(began);
  return used.user + used.system;
}

function heapUsed(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function kilobytes(bytes: number): string {
  return globalThis.gc === undefined ? "unknown" : (bytes / 1024).toFixed(1);
}

function thousands(perSecond: number): string {
  return Math.round(perSecond / 1000).toLocaleString("en");
}
