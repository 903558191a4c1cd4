import { describe, expect, test } from "vitest";
import type { ResolvedSampler } from "../../compiler/schema/resolved.ts";
import { openSampler } from "../../runtime/train/samplers/index.ts";
import type { SampledTask, Sampler } from "../../runtime/train/samplers/sampler.ts";

/** The generator of the published oracle strings. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const tasksOf = (...rows: readonly number[]): SampledTask[] => rows.map((count, index) => ({ name: String(index), rows: count, steps: count }));

function open(options: ResolvedSampler, tasks: readonly SampledTask[], seed = 42): Sampler {
  return openSampler({ options, tasks, random: mulberry32(seed) });
}

function draws(sampler: Sampler, count: number): string {
  return Array.from({ length: count }, (_, step) => sampler.next({ step })).join("");
}

const weighted = (...weights: readonly number[]): ResolvedSampler => ({ kind: "weights", of: Object.fromEntries(weights.map((weight, index) => [String(index), weight])) });

describe("draws as published", () => {
  test("uniform", () => expect(draws(open({ kind: "uniform" }, tasksOf(5, 5, 5)), 20)).toBe("11220101210220012101"));
  test("proportional", () => expect(draws(open({ kind: "proportional" }, tasksOf(1000, 100, 10)), 20)).toBe("0".repeat(20)));
  test("UniT's ratios", () =>
    expect(draws(open(weighted(0.2, 0.07, 0.12, 0.26, 0.1, 0.1, 0.1, 0.05), tasksOf(1, 1, 1, 1, 1, 1, 1, 1)), 24)).toBe("336403236316420343035030"));
  test("a task of weight 0 is never drawn", () => expect(draws(open(weighted(0, 1, 3), tasksOf(1, 1, 1)), 20)).toBe("22221222221222122212"));
  test("round robin", () => expect(draws(open({ kind: "round_robin" }, tasksOf(3, 1, 2)), 9)).toBe("012012012"));
  test("shuffled, seed 7", () => expect(draws(open({ kind: "shuffled" }, tasksOf(4, 2, 1), 7), 7)).toBe("0100120"));
  test("shuffled, seed 42", () => expect(draws(open({ kind: "shuffled" }, tasksOf(4, 2, 1)), 7)).toBe("0001201"));
});

const everySampler: readonly ResolvedSampler[] = [{ kind: "shuffled" }, { kind: "uniform" }, { kind: "proportional" }, weighted(0.5, 0.3, 0.2), { kind: "round_robin" }];

describe.each(everySampler.map((options) => ({ name: options.kind, options })))("$name", ({ options }) => {
  test("goes on exactly as before after a restore in the middle of an epoch", () => {
    let consumed = 0;
    const counted = (random: () => number) => () => {
      consumed++;
      return random();
    };
    const first = openSampler({ options, tasks: tasksOf(40, 20, 10), random: counted(mulberry32(3)) });
    draws(first, 33);
    const state = JSON.parse(JSON.stringify(first.state()));
    const random = mulberry32(3);
    for (let index = 0; index < consumed; index++) random();
    const second = openSampler({ options, tasks: tasksOf(40, 20, 10), random });
    second.restore(state);
    expect(draws(second, 1000)).toBe(draws(first, 1000));
  });

  test("one task is drawn always", () => {
    const only = options.kind === "weights" ? weighted(2) : options;
    expect(draws(open(only, tasksOf(7)), 30)).toBe("0".repeat(30));
  });

  test("a task without rows is never drawn", () => expect(draws(open(options, tasksOf(5, 0, 5)), 100)).not.toContain("1"));

  test("no rows at all is an error", () => expect(() => draws(open(options, tasksOf(0, 0, 0)), 1)).toThrow(/can draw no task/));
});

test("an epoch of shuffled has every batch once", () => {
  const sampler = open({ kind: "shuffled" }, tasksOf(40, 20, 10));
  for (let epoch = 0; epoch < 3; epoch++) {
    const list = draws(sampler, 70);
    expect(["0", "1", "2"].map((task) => list.split(task).length - 1)).toEqual([40, 20, 10]);
  }
});

test("weights that are all zero are an error", () => expect(() => open(weighted(0, 0), tasksOf(1, 1))).toThrow(/every task has weight 0/));

test("a task that the weights do not name is an error", () => expect(() => open(weighted(1), tasksOf(1, 1))).toThrow(/lack task 1/));

test("a task of weight 0 changes no draw of the others", () =>
  expect(draws(open(weighted(1, 3, 0), tasksOf(1, 1, 1)), 200)).toBe(draws(open(weighted(1, 3), tasksOf(1, 1)), 200)));

test("frequencies are those asked for", () => {
  const list = draws(open(weighted(0.5, 0.3, 0.2), tasksOf(1, 1, 1), 1), 100_000);
  for (const [index, share] of [0.5, 0.3, 0.2].entries()) {
    const count = list.split(String(index)).length - 1;
    expect(Math.abs(count - 100_000 * share)).toBeLessThan(4 * Math.sqrt(100_000 * share * (1 - share)));
  }
});
