import { describe, expect, test } from "vitest";
import type { ResolvedTask } from "../../compiler/schema/resolved.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { constantPrediction } from "../../runtime/evaluation/constant-prediction.ts";
import { Measurement } from "../../runtime/metrics/measurement.ts";
import { vector } from "../../runtime/targets/vector.ts";
import { allTrain, folderWith, reviews, sentiment, specification, wholeSplit } from "./fixture.ts";

const place = (standardise = true): ResolvedTask => ({
  ...sentiment,
  name: "place",
  target: { kind: "vector", column: "place", size: 2, standardise, missing: ["?"] },
  metrics: [{ kind: "mse" }, { kind: "r2" }],
});

const settings = (task: ResolvedTask) =>
  specification({
    tasks: { place: task },
    datasets: { reviews: { ...reviews, tasks: ["place"], split: allTrain, bad_rows: "report" } },
  });

async function open(file: string, text: string, task = place()) {
  return openData({ specification: settings(task), root: await folderWith({ [file]: text }), cache: "none" });
}

const rows = [
  [1_700_000_000, 5],
  [1_700_000_001, 5],
  [1_700_000_002, 5],
];
const asCsv = `words,place\n${rows.map((row) => `good,"${JSON.stringify(row)}"\n`).join("")}`;

describe("a list of numbers as target", () => {
  test("is standardised element by element, in double precision; an element that never changes is only shifted", async () => {
    const data = await open("reviews.csv", asCsv);
    const { features, exact } = await wholeSplit(data, "place", "train");
    const deviation = Math.sqrt(2 / 3);
    expect(data.preprocessing.statistics?.["place.target"]).toEqual({
      means: [1_700_000_001, 5],
      deviations: [expect.closeTo(deviation, 12), 1],
    });
    const learnt = [...(features.get("place.target") ?? [])];
    [-1 / deviation, 0, 0, 0, 1 / deviation, 0].forEach((value, index) => expect(learnt[index]).toBeCloseTo(value, 6));
    expect([...(exact?.get("place.target") ?? [])]).toEqual(rows.flat());
  });

  test("is learnt as it is where the specification says so", async () => {
    const { features } = await wholeSplit(await open("reviews.csv", asCsv, place(false)), "place", "train");
    expect([...(features.get("place.target") ?? [])]).toEqual(rows.flat().map(Math.fround));
  });

  test("has the baseline of its means, and padding that counts for nothing", async () => {
    const data = await open("reviews.csv", asCsv);
    const baseline = await constantPrediction(place(), data, { modalities: {} });
    const batch = await data.batch({ task: "place", split: "train", rows: [0, 1, 2], size: 4 });
    expect([...(batch.features.get("place.target") ?? [])].slice(6)).toEqual([0, 0]);
    const measured = new Measurement(place());
    measured.add({
      targets: new Map([["target", batch.exact?.get("place.target") ?? new Float64Array()]]),
      rowWeight: batch.rowWeight,
      predictions: baseline(4),
    });
    expect(measured.values()).toEqual([
      { name: "mse", value: expect.closeTo(1 / 3, 9) },
      // 0 of what changes, and 1 of what never does and is predicted exactly.
      { name: "r2", value: expect.closeTo(0.5, 9) },
    ]);
  });

  test("is bad where it is no list of so many numbers, and missing where the cell says so", async () => {
    const cells = ["[1, 2]", "[1, 2, 3]", "7", '[1, "x"]', "[1,", "?", ""];
    const text = `words,place\n${cells.map((cell) => `good,"${cell.replaceAll('"', '""')}"\n`).join("")}`;
    const data = await open("reviews.csv", text);
    expect(data.rows("place", "train")).toBe(1);
    expect(data.problems.map(({ row, reason }) => `${row}: ${reason}`)).toEqual([
      "3: it has 3 numbers where the target has 2 numbers",
      "4: it is not a list of numbers",
      expect.stringContaining('5: "x" is not a finite number'),
      "6: it is not a list of numbers",
    ]);
  });

  const target = { kind: "vector", column: "place", size: 2, standardise: true } as const;

  test("is a list in JSON and typed numbers in columns as well", () => {
    const slot = new Float64Array(2);
    for (const value of [[1, 2], Float32Array.of(1, 2), Float64Array.of(1, 2), "[1, 2]"]) {
      slot.fill(0);
      vector.column?.encode(value, [slot], { classes: new Map(), candidates: 1 }, target);
      expect([...slot]).toEqual([1, 2]);
    }
  });
});
