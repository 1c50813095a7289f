import { expect, it } from "vitest";
import { NodeEnv } from "../../../runtime/core/engine/nodeEnv.ts";
import { StepScope } from "../../../runtime/core/engine/scope.ts";

function seedsAt(position: number, name: string, count = 1): number[] {
  const scope = new StepScope();
  const env = new NodeEnv(scope, name);
  scope.turnTo(position);
  return Array.from({ length: count }, () => env.seed());
}

it("gives a node the same seeds for the same input, under replay too", () => {
  expect(seedsAt(7, "flow/node", 3)).toEqual(seedsAt(7, "flow/node", 3));
});

it("gives other seeds to other inputs, nodes and evaluations", () => {
  const seeds = [
    ...seedsAt(7, "flow/node", 3),
    ...seedsAt(8, "flow/node"),
    ...seedsAt(7 + 2 ** 32, "flow/node"),
    ...seedsAt(7, "flow/other"),
  ];
  expect(new Set(seeds).size).toBe(seeds.length);
  for (const seed of seeds) expect(seed >= 0 && seed < 2 ** 32 && Number.isInteger(seed)).toBe(true);
});

it("counts anew with each input, so that what came before does not matter", () => {
  const scope = new StepScope();
  const env = new NodeEnv(scope, "flow/node");
  scope.turnTo(3);
  env.seed();
  scope.turnTo(4);
  expect(env.seed()).toBe(seedsAt(4, "flow/node")[0]);
});
