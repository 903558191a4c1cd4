import { describe, expect, test } from "vitest";
import type { ResolvedTask } from "../../compiler/schema/resolved.ts";
import { firstSemantics } from "../../compiler/semantics.ts";
import type { Preprocessing } from "../../runtime/data/data.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { scaleOf } from "../../runtime/targets/number-scale.ts";
import { Measurement } from "../../runtime/metrics/measurement.ts";
import { constantPrediction } from "../../runtime/evaluation/constant-prediction.ts";
import { allTrain, folderWith, reviews, sentiment, specification, wholeSplit } from "./fixture.ts";

const stars = (standardise: boolean): ResolvedTask => ({
  ...sentiment,
  name: "stars",
  target: { kind: "number", column: "stars", standardise },
  metrics: [{ kind: "mae" }, { kind: "r2" }],
});

const settings = (target: ResolvedTask) =>
  specification({ tasks: { stars: target }, datasets: { reviews: { ...reviews, tasks: ["stars"], split: allTrain } } });

async function open(
  numbers: readonly (number | string)[],
  {
    target = stars(true),
    preprocessing,
  }: { readonly target?: ResolvedTask; readonly preprocessing?: Preprocessing } = {},
) {
  const root = await folderWith({ "reviews.csv": `words,stars\n${numbers.map((each) => `good,${each}\n`).join("")}` });
  return openData({
    specification: settings(target),
    root,
    cache: "none",
    ...(preprocessing ? { preprocessing } : {}),
  });
}

const epochs = Array.from({ length: 64 }, (_, second) => 1_700_000_000 + second);
const mean = 1_700_000_031.5;
const deviation = Math.sqrt((64 ** 2 - 1) / 12);

describe("numbers of a task", () => {
  test("are standardised in double precision: 64 seconds of today are 64 numbers", async () => {
    const data = await open(epochs);
    const { features, exact } = await wholeSplit(data, "stars", "train");
    const learnt = [...(features.get("stars.target") ?? [])];
    expect(learnt).toEqual(epochs.map((second) => Math.fround((second - mean) / deviation)));
    expect([...(exact?.get("stars.target") ?? [])]).toEqual(epochs);
    expect(data.preprocessing.statistics).toEqual({
      "stars.target": { means: [mean], deviations: [expect.closeTo(deviation, 12)] },
    });
    expect(scaleOf("stars", data.preprocessing)).toEqual({
      means: [mean],
      deviations: [expect.closeTo(deviation, 12)],
    });
  });

  test("have the floor of their mean, in the unit of the data", async () => {
    const data = await open(epochs);
    const floor = await constantPrediction(stars(true), data, { modalities: {} });
    const { exact = new Map<string, Float64Array>(), rowWeight } = await wholeSplit(data, "stars", "train");
    const measured = new Measurement(stars(true));
    measured.add({
      targets: new Map([["target", exact.get("stars.target") ?? new Float64Array()]]),
      rowWeight,
      predictions: floor(64),
    });
    expect(measured.values()).toEqual([
      { name: "mae", value: expect.closeTo(16, 9) },
      { name: "r2", value: expect.closeTo(0, 9) },
    ]);
  });

  test("are as they are where the specification says so", async () => {
    const data = await open([5, 3, 8], { target: stars(false) });
    expect([...((await wholeSplit(data, "stars", "train")).features.get("stars.target") ?? [])]).toEqual([5, 3, 8]);
    expect(data.preprocessing).not.toHaveProperty("statistics");
  });

  test.each([
    ["that are all the same", [4, 4, 4], [0, 0, 0]],
    ["of a single row", [7], [0]],
  ] as const)("%s are shifted only", async (_, numbers, learnt) => {
    expect([...((await wholeSplit(await open(numbers), "stars", "train")).features.get("stars.target") ?? [])]).toEqual(
      learnt,
    );
  });

  test("are padded by what is learnt as 0", async () => {
    const data = await open([10, 20]);
    const { features } = await data.batch({ task: "stars", split: "train", rows: [1], size: 3 });
    expect([...(features.get("stars.target") ?? [])]).toEqual([1, 0, 0]);
  });

  test("that float32 does not hold are bad rows", async () => {
    const data = await open([1, "1e39", 3, "-1e39", 5, 7]);
    expect(data.rows("stars", "train")).toBe(4);
    expect(data.problems.map(({ row, reason }) => [row, reason])).toEqual([
      [3, expect.stringContaining("float32")],
      [5, expect.stringContaining("float32")],
    ]);
  });

  test("of a model that was trained are on its scale, and not on that of the rows that are read", async () => {
    const { preprocessing } = await open([0, 10]);
    const data = await open([10, 20], { preprocessing });
    expect([...((await wholeSplit(data, "stars", "train")).features.get("stars.target") ?? [])]).toEqual([1, 3]);
  });

  test("of a model whose scale is lost are refused", async () => {
    const { preprocessing } = await open([0, 10]);
    const { statistics: _lost, ...rest } = preprocessing;
    await expect(open([10, 20], { preprocessing: rest })).rejects.toThrow(
      'no mean and deviation of the numbers of task "stars"',
    );
  });

  test("of a run from before they could be standardised are what float32 has of them", async () => {
    const root = await folderWith({ "reviews.csv": "words,stars\ngood,1700000001\n" });
    const data = await openData({
      specification: { ...settings(stars(false)), semantics: firstSemantics },
      root,
      cache: "none",
    });
    expect([...((await wholeSplit(data, "stars", "train")).exact?.get("stars.target") ?? [])]).toEqual([1_700_000_000]);
  });
});
