import { describe, expect, test } from "vitest";
import { generator } from "../../runtime/random/generator.ts";
import { entropiesOf } from "../../runtime/train/samplers/entropies.ts";
import type { ScoredPool } from "../../runtime/train/samplers/sampler.ts";
import type { PredictionEntropy } from "../../runtime/targets/runtime-target.ts";
import { category } from "../../runtime/targets/category.ts";
import { labels } from "../../runtime/targets/labels.ts";
import { uncertainty, uncertaintyScores } from "../../runtime/train/samplers/uncertainty.ts";

const [ofCategory, ofLabels] = [category, labels].map(({ entropy }) => {
  if (!entropy) throw new Error("no entropy");
  return entropy;
}) as [PredictionEntropy, PredictionEntropy];

const predicted = (task: string, ...rows: readonly (readonly number[])[]): ScoredPool => {
  const classes = rows[0]?.length ?? 1;
  const logits = Float32Array.from(rows.flat(), Math.log);
  return {
    task,
    count: rows.length,
    entropies: entropiesOf(ofCategory, logits, { rows: [...rows.keys()], classes }),
  };
};
const third = 1 / 3;
/** Two classes and three, as CA-MTL's own cases are. */
const oracle = [
  predicted("t0", [0.5, 0.5], [0.9, 0.1], [0.7, 0.3]),
  predicted("t1", [third, third, third], [0.8, 0.1, 0.1], [0.98, 0.01, 0.01]),
];
const code = { kind: "uncertainty", candidates: 3, score: "code" } as const;
const select = (
  tasks: readonly ScoredPool[],
  count: number,
  options: Parameters<typeof uncertainty>[0]["options"] = code,
  random = () => 0,
) => uncertainty({ options, tasks: [], random, total: 1 }).select(tasks, count);
const close = (values: readonly number[], digits = 5) => values.map((value) => expect.closeTo(value, digits) as number);

describe("the score", () => {
  test("of the authors' code, worked out by hand", () => {
    const [t0, t1] = uncertaintyScores(oracle, code);
    expect(t0).toEqual(close([0.999986, 0.468989, 0.881278]));
    expect(t1).toEqual(close([0.716306, 0.416655, 0.072961]));
    expect(select(oracle, 3)).toEqual([0, 2, 3]);
  });

  test("of the paper ranks by the share of the largest entropy alone", () => {
    const flat = uncertaintyScores(oracle, { score: "paper" }).flat();
    const shares = [1, 0.468996, 0.881291, 1, 0.581672, 0.101858];
    const ratio = (flat[0] ?? 0) / 1;
    expect(flat.map((score) => score / ratio)).toEqual(close(shares));
    // The first and the fourth are equal but for rounding of the logits.
    expect(new Set(select(oracle, 3, { ...code, score: "paper" }))).toEqual(new Set([0, 3, 2]));
  });

  test("is the same by both where all tasks are as uncertain", () => {
    const alike = [predicted("t0", [0.5, 0.5], [0.9, 0.1]), predicted("t1", [0.9, 0.1], [0.5, 0.5])];
    expect(select(alike, 4)).toEqual(select(alike, 4, { ...code, score: "paper" }));
  });

  test("of a task without classes is that of its proxy in the same place, and 0 where there is none", () => {
    const [t0, , number] = uncertaintyScores([...oracle, { task: "size", count: 4 }], {
      score: "code",
      proxy: { size: "t0" },
    });
    expect(number).toEqual([...(t0 ?? []), 0]);
  });

  test("of a constant share counts like a task that is as uncertain everywhere", () => {
    const [, , number] = uncertaintyScores([...oracle, { task: "size", count: 2 }], {
      score: "code",
      proxy: { size: 0.5 },
    });
    expect(number).toEqual(close([0.5 * (0.5 / 0.783418), 0.5 * (0.5 / 0.783418)]));
  });
});

describe("entropy", () => {
  test.each([2, 3, 7])("is the largest for equal classes: of %d", (classes) => {
    const { values, most } = entropiesOf(ofCategory, new Float32Array(classes), { rows: [0], classes });
    expect([values[0], most]).toEqual(close([Math.log(classes), Math.log(classes)], 12));
  });

  test("is 0 for certainty, however large the logits, and for a single class", () => {
    expect(entropiesOf(ofCategory, Float32Array.from([1e30, 0, -1e30]), { rows: [0], classes: 3 }).values).toEqual([0]);
    expect(entropiesOf(ofCategory, Float32Array.from([3]), { rows: [0], classes: 1 })).toEqual({
      values: [0],
      most: 0,
    });
    expect(uncertaintyScores([predicted("t", [1])], { score: "paper" })).toEqual([[0]]);
  });

  test("of labels is the sum over them", () => {
    const { values, most } = entropiesOf(ofLabels, Float32Array.from([0, Math.log(9)]), {
      rows: [0],
      classes: 2,
    });
    expect([values[0], most]).toEqual(close([Math.LN2 - 0.9 * Math.log(0.9) - 0.1 * Math.log(0.1), 2 * Math.LN2]));
  });
});

describe("the choice", () => {
  test("of equal scores is the first candidates", () =>
    expect(select([predicted("t0", [0.5, 0.5], [0.5, 0.5]), predicted("t1", [0.5, 0.5], [0.5, 0.5])], 3)).toEqual([
      0, 1, 2,
    ]));
  test("is of all where there are fewer than are asked for", () => expect(select(oracle, 32)).toHaveLength(6));
  test("of nothing is nothing", () => expect(select([{ task: "t", count: 0 }], 4)).toEqual([]));
  test("where nothing is uncertain is by lot among all tasks", () => {
    const certain = ["a", "b"].map((task): ScoredPool => ({
      task,
      count: 8,
      entropies: { values: Array.from({ length: 8 }, () => 0), most: 1 },
    }));
    const random = generator(1, "lots");
    const chosen = Array.from(
      { length: 200 },
      () => select(certain, 4, code, () => random.uniform()).filter((index) => index < 8).length,
    );
    expect(chosen.reduce((sum, each) => sum + each, 0) / 800).toBeCloseTo(0.5, 1);
    expect(Math.min(...chosen)).toBeLessThan(2);
  });
});
