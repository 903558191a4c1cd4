import { describe, expect, test } from "vitest";
import type { ResolvedSampler } from "../../compiler/schema/resolved.ts";
import { drawableTasks } from "../../runtime/train/samplers/drawable-tasks.ts";
import { openSampler } from "../../runtime/train/samplers/index.ts";
import { afterValidation, going } from "../../runtime/train/samplers/stop-and-go-controller.ts";
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

const tasksOf = (...rows: readonly number[]): SampledTask[] =>
  rows.map((count, index) => ({ name: String(index), rows: count, steps: count }));

function open(options: ResolvedSampler, tasks: readonly SampledTask[], seed = 42): Sampler {
  return openSampler({ options, tasks, random: mulberry32(seed), total: 350 });
}

function draws(sampler: Sampler, count: number): string {
  return Array.from({ length: count }, (_, step) => sampler.next({ step })).join("");
}

const weighted = (...weights: readonly number[]): ResolvedSampler => ({
  kind: "weights",
  of: Object.fromEntries(weights.map((weight, index) => [String(index), weight])),
});

const stopAndGo: Extract<ResolvedSampler, { kind: "stop_and_go" }> = {
  kind: "stop_and_go",
  stop: 0.001,
  go: 0.005,
  patience: 1,
  cooldown: 1,
  gap: 4,
  epochs: 1,
  variant: "paper",
  over: { kind: "round_robin" },
};

describe("draws as published", () => {
  test("uniform", () => expect(draws(open({ kind: "uniform" }, tasksOf(5, 5, 5)), 20)).toBe("11220101210220012101"));
  test("proportional", () =>
    expect(draws(open({ kind: "proportional" }, tasksOf(1000, 100, 10)), 20)).toBe("0".repeat(20)));
  test("UniT's ratios", () =>
    expect(draws(open(weighted(0.2, 0.07, 0.12, 0.26, 0.1, 0.1, 0.1, 0.05), tasksOf(1, 1, 1, 1, 1, 1, 1, 1)), 24)).toBe(
      "336403236316420343035030",
    ));
  test("a task of weight 0 is never drawn", () =>
    expect(draws(open(weighted(0, 1, 3), tasksOf(1, 1, 1)), 20)).toBe("22221222221222122212"));
  test("square root of sizes", () =>
    expect(draws(open({ kind: "temperature", t: 2 }, tasksOf(1000, 100, 10)), 20)).toBe("00100000100110000000"));
  test("round robin", () => expect(draws(open({ kind: "round_robin" }, tasksOf(3, 1, 2)), 9)).toBe("012012012"));
  test("shuffled, seed 7", () => expect(draws(open({ kind: "shuffled" }, tasksOf(4, 2, 1), 7), 7)).toBe("0100120"));
  test("shuffled, seed 42", () => expect(draws(open({ kind: "shuffled" }, tasksOf(4, 2, 1)), 7)).toBe("0001201"));
});

/** A turn of three draws among tasks 0 and 2, then a turn of task 1. */
const turns: ResolvedSampler = {
  kind: "alternating",
  turns: [{ kind: "draws", tasks: ["0", "2"], sampler: { kind: "shuffled" }, times: 3 }, "1"],
};

const everySampler: readonly ResolvedSampler[] = [
  { kind: "shuffled" },
  { kind: "uniform" },
  { kind: "proportional" },
  weighted(0.5, 0.3, 0.2),
  { kind: "round_robin" },
  { kind: "temperature", t: 2 },
  { kind: "annealed", end: 0.2 },
  { kind: "main_plus_ratio", main: "0", ratio: 0.5 },
  stopAndGo,
  { ...stopAndGo, over: { kind: "shuffled" } },
  turns,
  { ...stopAndGo, over: turns },
];

describe.each(everySampler.map((options) => ({ name: options.kind, options })))("$name", ({ options }) => {
  test("goes on exactly as before after a restore in the middle of an epoch", () => {
    let consumed = 0;
    const counted = (random: () => number) => () => {
      consumed++;
      return random();
    };
    const first = openSampler({ options, tasks: tasksOf(40, 20, 10), random: counted(mulberry32(3)), total: 350 });
    draws(first, 33);
    for (const metric of [0.6, 0.6, 0.6]) first.observe({ kind: "validation", task: "2", metric });
    draws(first, 33);
    const state = JSON.parse(JSON.stringify(first.state()));
    const random = mulberry32(3);
    for (let index = 0; index < consumed; index++) random();
    const second = openSampler({ options, tasks: tasksOf(40, 20, 10), random, total: 350 });
    second.restore(state);
    expect(draws(second, 1000)).toBe(draws(first, 1000));
  });

  test("one task is drawn always", () => {
    const only = options.kind === "weights" ? weighted(2) : options;
    expect(draws(open(only, tasksOf(7)), 30)).toBe("0".repeat(30));
  });

  test("a task without rows is never drawn", () =>
    expect(draws(open(options, tasksOf(5, 0, 5)), 100)).not.toContain("1"));

  test("no rows at all is an error", () =>
    expect(() => draws(open(options, tasksOf(0, 0, 0)), 1)).toThrow(/can draw no task/));
});

test("an epoch of shuffled has every batch once", () => {
  const sampler = open({ kind: "shuffled" }, tasksOf(40, 20, 10));
  for (let epoch = 0; epoch < 3; epoch++) {
    const list = draws(sampler, 70);
    expect(["0", "1", "2"].map((task) => list.split(task).length - 1)).toEqual([40, 20, 10]);
  }
});

test("weights that are all zero are an error", () =>
  expect(() => open(weighted(0, 0), tasksOf(1, 1))).toThrow(/every task has weight 0/));

test("a task that the weights do not name is an error", () =>
  expect(() => open(weighted(1), tasksOf(1, 1))).toThrow(/lack task 1/));

test("a task of weight 0 changes no draw of the others", () =>
  expect(draws(open(weighted(1, 3, 0), tasksOf(1, 1, 1)), 200)).toBe(draws(open(weighted(1, 3), tasksOf(1, 1)), 200)));

/** Shares of draws in the steps from `first` on. */
function shares(options: ResolvedSampler, tasks: readonly SampledTask[], { first = 0, total = 1 }): number[] {
  const sampler = openSampler({ options, tasks, random: mulberry32(1), total });
  const counts = tasks.map(() => 0);
  const most = 40_000;
  for (let index = 0; index < most; index++) {
    const drawn = Number(sampler.next({ step: first }));
    counts[drawn] = (counts[drawn] ?? 0) + 1 / most;
  }
  return counts;
}

describe("shares", () => {
  const tasks = tasksOf(1000, 100, 10);
  test.each([
    [{ kind: "temperature", t: 5 }, [0.492838, 0.31096, 0.196202]],
    [{ kind: "temperature", t: 100 }, [0.341037, 0.333274, 0.325688]],
    [{ kind: "temperature", t: 1, max_rows: 200 }, [0.645161, 0.322581, 0.032258]],
    [{ kind: "temperature", t: 2, max_rows: 200 }, [0.517943, 0.366241, 0.115816]],
  ] as const)("%o", (options, expected) => {
    for (const [index, share] of shares(options, tasks, {}).entries())
      expect(Math.abs(share - (expected[index] ?? 0))).toBeLessThan(0.012);
  });

  test.each([
    [0, [0.900901, 0.09009, 0.009009]],
    [2, [0.76087, 0.191122, 0.048008]],
    [4, [0.492838, 0.31096, 0.196202]],
    [9, [0.492838, 0.31096, 0.196202]],
  ])("annealed in epoch %d of 5", (epoch, expected) => {
    const found = shares({ kind: "annealed", end: 0.2 }, tasks, { first: epoch * 1110, total: 5 * 1110 });
    for (const [index, share] of found.entries()) expect(Math.abs(share - (expected[index] ?? 0))).toBeLessThan(0.012);
  });

  test("annealed over one epoch is proportional", () =>
    expect(shares({ kind: "annealed", end: 0.2 }, tasks, { total: 1110 })[0]).toBeCloseTo(0.9009, 2));
});

describe("alternating", () => {
  test("takes its turns again and again, some of several draws (Ni et al., 2021, section 3.3)", () => {
    const monolingual = { kind: "draws", tasks: ["0", "1"], sampler: { kind: "uniform" }, times: 3 } as const;
    const sampler = open({ kind: "alternating", turns: [monolingual, "2", "3"] }, tasksOf(5, 5, 5, 5));
    expect(draws(sampler, 10).replaceAll(/[01]/g, "X")).toBe("XXX23XXX23");
  });

  test("draws within a turn as the sampler of the turn does among its tasks", () => {
    const tasks = tasksOf(1000, 100, 10);
    const within = { kind: "draws", tasks: ["0", "1", "2"], sampler: { kind: "temperature", t: 1 / 0.3 }, times: 1 };
    const found = shares({ kind: "alternating", turns: [within] } as ResolvedSampler, tasks, {});
    for (const [index, share] of [0.570654, 0.286004, 0.143342].entries())
      expect(Math.abs((found[index] ?? 0) - share)).toBeLessThan(0.012);
  });

  test("leaves out turns without rows", () => {
    expect(draws(open(turns, tasksOf(0, 3, 0)), 4)).toBe("1111");
    expect(draws(open(turns, tasksOf(2, 0, 0)), 4)).toBe("0000");
  });

  test("knows the tasks that no turn draws", () => {
    const stage = { step: { kind: "one_task" }, sampler: turns } as const;
    expect(drawableTasks(stage as never, tasksOf(1, 1, 1, 1))).toEqual(["0", "1", "2"]);
  });
});

test("an epoch of main_plus_ratio has every batch of the main task and so many of the others", () => {
  const sampler = open({ kind: "main_plus_ratio", main: "1", ratio: 0.5 }, tasksOf(40, 20, 10));
  for (let epoch = 0; epoch < 3; epoch++) {
    const list = draws(sampler, 30);
    expect(list.split("1").length - 1).toBe(20);
  }
  expect(draws(open({ kind: "main_plus_ratio", main: "0", ratio: 0 }, tasksOf(5, 3)), 10)).toBe("0".repeat(10));
});

describe("stop and go", () => {
  const trace = (options: typeof stopAndGo, scores: readonly number[]) => {
    let controller = going;
    return scores
      .map((score) => ((controller = afterValidation(controller, score, options)).stopped ? "T" : "F"))
      .join("");
  };
  const code = { ...stopAndGo, variant: "code" } as const;

  test("the authors' controller, traces A to C", () => {
    expect(trace({ ...code, go: 0.01 }, [10, 20, 30, 40, 50, 50, 50, 50, 49, 48, 50, 51, 52, 52, 52, 52, 52])).toBe(
      "FFFFFFTTFFFFFFTTT",
    );
    expect(trace(code, [0.5, 0.6, 0.6, 0.6, 0.598, 0.596, 0.6, 0.6, 0.6, 0.59, 0.61])).toBe("FFFTTFFFTFF");
    expect(trace(code, [0.6, 0.6, 0.6, 0.6, 0.6, 0.5, 0.5])).toBe("FFTTTTF");
  });

  test("the paper's controller goes on at the first fall", () =>
    expect(trace(stopAndGo, [0.6, 0.6, 0.6, 0.6, 0.6, 0.5, 0.5])).toBe("FFTTTFF"));

  test("a score that is NaN is no gain, and sets nothing going", () =>
    expect(trace(stopAndGo, [NaN, 0.6, NaN, NaN, NaN])).toBe("FFFTT"));

  test("scores below zero stop and go like others", () =>
    expect(trace(stopAndGo, [-2, -1, -1.0005, -1, -1, -1.1])).toBe("FFFTTF"));

  /**
   * Tasks A, 4 steps an epoch, and B, 10, by turns for 40 iterations; each validated after its epochs. Gives A's
   * iterations.
   */
  function schedule(options: typeof stopAndGo): number[] {
    const scores = { "0": [0.5, 0.6, 0.6, 0.6, 0.6, 0.598, 0.59, 0.6, 0.61, 0.61], "1": [0.2, 0.3, 0.4, 0.5] } as const;
    const sampler = open(options, [
      { name: "0", rows: 4, steps: 4 },
      { name: "1", rows: 10, steps: 10 },
    ]);
    const trained: number[] = [];
    for (let iteration = 1; iteration <= 40; iteration++) {
      // B never stops, so it ends every iteration.
      while (sampler.next({ step: iteration }) === "0") trained.push(iteration);
      if (iteration % 4 === 0)
        sampler.observe({ kind: "validation", task: "0", metric: scores["0"][iteration / 4 - 1] ?? NaN });
      if (iteration % 10 === 0)
        sampler.observe({ kind: "validation", task: "1", metric: scores["1"][iteration / 10 - 1] ?? NaN });
    }
    return trained;
  }
  const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

  test("the paper's schedule", () =>
    expect(schedule(stopAndGo)).toEqual([...range(1, 16), 20, 24, 28, ...range(29, 40)]));
  test("the authors' schedule", () => expect(schedule(code)).toEqual([...range(1, 16), 20, 24, 28, 32, 36, 40]));
  test("a gap of 1 leaves nothing out", () => expect(schedule({ ...stopAndGo, gap: 1 })).toEqual(range(1, 40)));

  test("validations within an epoch do not count", () => {
    const sampler = open(stopAndGo, tasksOf(8, 8));
    draws(sampler, 2);
    for (let index = 0; index < 9; index++) sampler.observe({ kind: "validation", task: "0", metric: 0.5 });
    expect(draws(sampler, 10)).toBe("0101010101");
  });

  test.each([
    // Turns between validations; which of them are the first at or after a multiple of 10 turns.
    [1, [10, 20, 30, 40, 50, 60]],
    [4, [12, 20, 32, 40, 52, 60]],
    [9, [18, 27, 36, 45, 54]],
    [15, [15, 30, 45, 60]],
  ])("of validations after every %d turns one counts for each epoch of 10", (every, expected) => {
    const sampler = open(stopAndGo, tasksOf(10));
    const counted: number[] = [];
    const best = () => (sampler.state()["best"] as readonly number[])[0];
    for (let turn = 1; turn <= 60; turn++) {
      draws(sampler, 1);
      const before = best();
      if (turn % every === 0) sampler.observe({ kind: "validation", task: "0", metric: turn });
      if (best() !== before) counted.push(turn);
    }
    expect(counted).toEqual(expected);
  });

  test("where every task is stopped, each is trained in every fourth turn", () => {
    const sampler = open({ ...stopAndGo, epochs: 0 }, tasksOf(1, 1));
    for (const task of ["0", "1"])
      for (let index = 0; index < 4; index++) sampler.observe({ kind: "validation", task, metric: 0.5 });
    expect(draws(sampler, 6)).toBe("010101");
    expect(sampler.state()["turns"]).toEqual([12, 12]);
  });
});

test("frequencies are those asked for", () => {
  const list = draws(open(weighted(0.5, 0.3, 0.2), tasksOf(1, 1, 1), 1), 100_000);
  for (const [index, share] of [0.5, 0.3, 0.2].entries()) {
    const count = list.split(String(index)).length - 1;
    expect(Math.abs(count - 100_000 * share)).toBeLessThan(4 * Math.sqrt(100_000 * share * (1 - share)));
  }
});
