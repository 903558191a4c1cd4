import { describe, expect, test } from "vitest";
import { drawnValues, endsOf, fractionOf } from "../../runtime/search/draw.ts";
import type { MethodSettings } from "../../runtime/search/methods/method.ts";
import { searchMethods } from "../../runtime/search/methods/index.ts";
import { parseSpace } from "../../runtime/search/space.ts";
import { type Trial, bestTrial, ranked } from "../../runtime/search/trial.ts";

const kinds = (name: string) =>
  name === "width" ? "whole" : name === "rate" || name === "share" ? "real" : name === "batch" ? "any" : "none";
const spaceOf = (...over: readonly string[]) => parseSpace(over, kinds);

describe("a space", () => {
  test("has ranges, steps and choices, with commas and bars within brackets and quotes left alone", () => {
    const space = spaceOf(
      'width=8..64 times 2, batch=10..25 step 5,optimizer=adamw(rate: 1e-3, decay: 0.1)|sgd, name="a,b|c"',
    );
    expect(space.map(({ values }) => (values.kind === "choices" ? values.values : values))).toEqual([
      ["8", "16", "32", "64"],
      ["10", "15", "20", "25"],
      ["adamw(rate: 1e-3, decay: 0.1)", "sgd"],
      ['"a,b|c"'],
    ]);
  });

  test("has whole numbers where the type or both ends are whole, and keeps the unit", () => {
    const [width, rate, batch, share] = spaceOf("width=8..64, rate=1..2, batch=1..4", "share=5%..20%");
    expect([width, rate, batch, share].map((each) => each?.values)).toMatchObject([
      { numbers: "whole" },
      { numbers: "real" },
      { numbers: "whole" },
      { numbers: "real", unit: "%" },
    ]);
    expect(share && endsOf(share)).toEqual(["5%", "20%"]);
  });
});

describe("values of a trial", () => {
  const space = spaceOf("rate=1e-4..1e-2 log, width=3..5");
  const draws = Array.from({ length: 2000 }, (_, trial) => drawnValues(space, { seed: 1, trial, attempt: 0 }));

  test("are a function of seed, trial and name", () => {
    expect(drawnValues(space, { seed: 1, trial: 7, attempt: 0 })).toEqual(draws[7]);
    expect(drawnValues(space, { seed: 2, trial: 7, attempt: 0 })).not.toEqual(draws[7]);
    const [rate] = space;
    expect(rate && drawnValues([rate], { seed: 1, trial: 7, attempt: 0 })).toEqual({ rate: draws[7]?.["rate"] });
  });

  test("are uniform on their scale, both ends included", () => {
    const share = (isMeant: (values: Record<string, string>) => boolean) => draws.filter(isMeant).length / draws.length;
    expect(share(({ rate }) => Number(rate) < 1e-3)).toBeCloseTo(0.5, 1);
    for (const width of ["3", "4", "5"]) expect(share((values) => values["width"] === width)).toBeCloseTo(1 / 3, 1);
    for (const values of draws)
      for (const dimension of space) {
        const fraction = fractionOf(dimension, values[dimension.name] ?? "") ?? Number.NaN;
        expect(fraction).toBeGreaterThanOrEqual(-1e-9);
        expect(fraction).toBeLessThanOrEqual(1 + 1e-9);
      }
  });
});

const settings: MethodSettings = { space: [], seed: 1, trials: 9, points: 3, factor: 3, first: 1 };

test("a grid has every combination once", () => {
  const method = searchMethods.grid({
    ...settings,
    trials: Infinity,
    space: spaceOf("width=1..3, rate=1e-4..1e-2 log, name=a|b"),
  });
  const all = Array.from({ length: method.trials }, (_, index) => method.valuesOf(index + 1, 0));
  expect(all).toHaveLength(18);
  expect(new Set(all.map((values) => JSON.stringify(values)))).toHaveProperty("size", 18);
  expect(all[0]).toEqual({ width: "1", rate: "0.0001", name: "a" });
  expect(all[3]).toEqual({ width: "1", rate: "0.001", name: "b" });
});

const waiting = (number: number): Trial => ({
  number,
  values: {},
  state: "waiting",
  run: null,
  until: null,
  validations: 0,
  scores: [],
});

/** Runs a method with trials whose score after some validations is known, and which end after `length` of them. */
function simulated(
  method: "random" | "halving",
  score: (trial: number, validations: number) => number,
  length: number,
) {
  const searched = searchMethods[method]({ ...settings, space: spaceOf("width=1..100") });
  let trials: readonly Trial[] = Array.from({ length: settings.trials }, (_, index) => waiting(index + 1));
  const jobs: string[] = [];
  for (let job = searched.next(trials); job; job = searched.next(trials)) {
    const { number, until } = job;
    jobs.push(`${number}:${until ?? "end"}`);
    const validations = Math.min(until ?? length, length);
    trials = trials.map((trial) =>
      trial.number === number
        ? {
            ...trial,
            state: validations === length ? "finished" : "paused",
            validations,
            scores: [...trial.scores, score(number, validations)],
          }
        : trial,
    );
  }
  return { jobs, trials };
}

describe("successive halving", () => {
  /** The algorithm of the paper as a plain loop over the rungs, with one worker and scores that do not change. */
  function plain(
    score: (trial: number) => number,
    { trials, factor, length }: { trials: number; factor: number; length: number },
  ) {
    const rungs: number[][] = [];
    const promoted = new Set<string>();
    const jobs: string[] = [];
    let begun = 0;
    const train = (trial: number, rung: number): void => {
      const until = factor ** rung;
      jobs.push(`${trial}:${until}`);
      (rungs[rung] ??= []).push(trial);
      // A trial that has ended has come to every later pause.
      if (until >= length) for (let later = rung + 1; later < 4; later++) (rungs[later] ??= []).push(trial);
    };
    while (true) {
      let found: [number, number] | undefined;
      for (let rung = rungs.length - 1; rung >= 0 && !found; rung--) {
        const came = (rungs[rung] ?? []).toSorted((a, b) => score(b) - score(a));
        const top = came.slice(0, Math.floor(came.length / factor));
        const candidate = top.find((trial) => !promoted.has(`${trial} ${rung}`) && factor ** rung < length);
        if (candidate !== undefined) found = [candidate, rung];
      }
      if (found) {
        promoted.add(`${found[0]} ${found[1]}`);
        train(found[0], found[1] + 1);
      } else if (begun < trials) train(++begun, 0);
      else return jobs;
    }
  }

  test.each([
    ["better and better", (trial: number) => trial],
    ["worse and worse", (trial: number) => -trial],
    ["mixed", (trial: number) => (trial * 7) % 10],
  ])("promotes as the plain loop does where trials are %s", (_, score) => {
    const { jobs, trials } = simulated("halving", score, 9);
    expect(jobs).toEqual(plain(score, { trials: 9, factor: 3, length: 9 }));
    expect(trials.some(({ state }) => state === "finished")).toBe(true);
  });

  test("trains the best of those that came furthest to its end where none would be", () => {
    const { jobs, trials } = simulated("halving", (trial) => trial, 1000);
    expect(jobs.at(-1)).toBe("9:end");
    expect(bestTrial(trials)?.number).toBe(9);
    expect(trials.filter(({ state }) => state === "finished")).toHaveLength(1);
  });
});

test("random search trains every trial to its end, in order", () => {
  expect(simulated("random", (trial) => trial, 5).jobs).toEqual(
    Array.from({ length: 9 }, (_, index) => `${index + 1}:end`),
  );
});

test("a ranking has trained trials first, then those that came further, and failed ones last", () => {
  const trials: readonly Trial[] = [
    { ...waiting(1), state: "failed", reason: "The loss is NaN." },
    { ...waiting(2), state: "paused", scores: [0.9] },
    { ...waiting(3), state: "finished", scores: [0.2] },
    { ...waiting(4), state: "paused", scores: [0.1, 0.3] },
    { ...waiting(5), state: "finished", scores: [null] },
    { ...waiting(6), state: "finished", scores: [0.5] },
  ];
  expect(ranked(trials).map(({ number }) => number)).toEqual([6, 3, 4, 2, 5, 1]);
  expect(bestTrial(trials)?.number).toBe(6);
});
