import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import type { ResolvedMetric, ResolvedTarget } from "../../compiler/schema/resolved.ts";
import { generator } from "../../runtime/random/generator.ts";
import { type Rows, measure } from "./measure.ts";

const classes = 4;
const count = 40;

/** Rows made at random: numbers of one decimal where ties are to occur, and weights 1 to 3. */
function randomRows(kind: ResolvedTarget["kind"], seed: number): Rows & { readonly weights: readonly number[] } {
  const random = generator(seed, `metrics of ${kind}`);
  const coarse = (): number => random.below(9) - 4;
  // numpy's arg max takes the first of equal scores, scikit-learn's top-k the last: classes have none, but for the rows
  // of top-k.
  const fine = (): number => Math.fround(3 * random.uniform() - 1);
  const row = <Item>(draw: () => Item, width = classes): Item[] => Array.from({ length: width }, draw);
  const rows = Array.from({ length: count }, () => {
    switch (kind) {
      case "category":
      case "aligned":
      case "masked":
      case "sequence":
        return { prediction: row(fine), target: [random.below(classes)] };
      case "labels":
        return { prediction: row(coarse), target: row(() => random.below(2)) };
      case "ranking":
      case "matching":
        return { prediction: row(coarse), target: row(() => random.below(3)) };
      case "number":
        return { prediction: [coarse()], target: [coarse()] };
      case "vector":
      case "reconstruct":
        return { prediction: row(coarse), target: row(coarse) };
      case "boxes":
      case "tags":
        throw new Error(`scikit-learn has no metric of ${kind}`);
      case "choice":
        return { prediction: row(coarse), target: row(() => random.below(2), 2 * classes) };
      case "masked_classes":
      case "masked_values":
        return { prediction: row(fine), target: [...row(coarse), 1, 1] };
      case "contrastive":
        return { prediction: row(coarse), target: [random.below(count), random.below(count)] };
    }
  });
  return {
    predictions: rows.map(({ prediction }) => prediction),
    targets: rows.map(({ target }) => target),
    weights: rows.map(() => 1 + random.below(3)),
  };
}

const averaged = (["f1", "precision", "recall"] as const).flatMap((kind) =>
  (["macro", "micro"] as const).map((average) => ({ kind, average })),
);
const areas = (["roc_auc", "average_precision"] as const).flatMap(
  (kind) =>
    [
      { kind, average: "macro" },
      { kind, average: "micro" },
      { kind, average: "macro", of: "class 2" },
    ] as const,
);
const metrics: { readonly [Kind in ResolvedTarget["kind"]]?: readonly ResolvedMetric[] } = {
  category: [
    { kind: "accuracy" },
    { kind: "top_k", k: 2 },
    ...averaged,
    ...(["f1", "precision", "recall"] as const).map((kind) => ({ kind, average: "macro", of: "class 2" }) as const),
    { kind: "matthews" },
    { kind: "calibration_error", bins: 15 },
    { kind: "calibration_error", bins: 4 },
    ...areas,
  ],
  labels: [
    ...averaged,
    ...(["f1", "precision", "recall"] as const).map((kind) => ({ kind, average: "macro", of: "class 2" }) as const),
    { kind: "mean_average_precision" },
    ...areas,
  ],
  number: (["mse", "mae", "rmse", "mape", "r2", "pearson", "spearman"] as const).map((kind) => ({ kind })),
  vector: (["mse", "mae", "rmse", "mape", "r2"] as const).map((kind) => ({ kind })),
  ranking: [{ kind: "ndcg" }, { kind: "ndcg", k: 2 }],
};

/** Scores of classes that are often equal. */
function tiedRows(seed: number): ReturnType<typeof randomRows> {
  const { predictions, ...rows } = randomRows("category", seed);
  return { ...rows, predictions: predictions.map((scores) => scores.map(Math.round)) };
}

/** Two classes, of which scikit-learn takes the second for the positive one. */
function twoClasses(seed: number): ReturnType<typeof randomRows> {
  const { predictions, targets, weights } = randomRows("category", seed);
  return {
    predictions: predictions.map((scores) => scores.slice(0, 2).map((score) => Math.round(2 * score))),
    targets: targets.map(([of = 0]) => [of % 2]),
    weights,
  };
}

const ofTwo = [1, 2, 3].flatMap((seed) =>
  (["roc_auc", "average_precision"] as const).map((kind) => ({
    target: "category" as const,
    metric: { kind, average: "macro" } as const,
    rows: twoClasses(seed),
  })),
);
const problems = Object.entries(metrics)
  .flatMap(([kind, listed]) =>
    [1, 2, 3].flatMap((seed) =>
      listed.map((metric) => ({
        target: kind as ResolvedTarget["kind"],
        metric,
        rows: randomRows(kind as ResolvedTarget["kind"], seed),
      })),
    ),
  )
  .concat(
    [1, 2, 3].map((seed) => ({ target: "category", metric: { kind: "top_k", k: 2 }, rows: tiedRows(seed) })),
    ofTwo,
  );

// SciPy has no weights: there, rows are repeated.
const oracle = `
import json, sys, warnings
import numpy as np
from scipy import stats
from sklearn import metrics as sk
warnings.simplefilter("ignore")

def value(target, metric, rows):
    kind, of, average = metric["kind"], metric.get("of"), metric.get("average")
    p, y, w = np.array(rows["predictions"]), np.array(rows["targets"]), np.array(rows["weights"])
    if target in ("number", "vector"):
        p, y = (p[:, 0], y[:, 0]) if target == "number" else (p, y)
        if kind in ("pearson", "spearman"):
            return getattr(stats, kind + "r")(np.repeat(p, w), np.repeat(y, w)).statistic
        names = {"mse": "mean_squared_error", "mae": "mean_absolute_error", "rmse": "root_mean_squared_error", "mape": "mean_absolute_percentage_error", "r2": "r2_score"}
        return getattr(sk, names[kind])(y, p, sample_weight=w)
    if target == "ranking":
        return sk.ndcg_score(y, p, k=metric.get("k"), sample_weight=w)
    if kind in ("roc_auc", "average_precision"):
        measured = getattr(sk, kind + "_score")
        if target == "labels":
            of = None if of is None else int(of.split()[1])
            return measured(y, p, average=average, sample_weight=w) if of is None else measured(y[:, of], p[:, of], sample_weight=w)
        shares, y = np.exp(p) / np.exp(p).sum(axis=1, keepdims=True), y[:, 0]
        if p.shape[1] == 2:
            return measured(y, p[:, 1] - p[:, 0], sample_weight=w)
        if of is not None:
            return measured(y == int(of.split()[1]), shares[:, int(of.split()[1])], sample_weight=w)
        return measured(y[:, None] == np.arange(p.shape[1]), shares, average=average, sample_weight=w) if kind == "average_precision" or average == "micro" else measured(y, shares, multi_class="ovr", average=average, sample_weight=w)
    if kind == "mean_average_precision":
        return sk.average_precision_score(y, p, average="macro", sample_weight=w)
    given = p.argmax(axis=1) if target == "category" else (p > 0).astype(int)
    y = y[:, 0] if target == "category" else y
    if kind in ("f1", "precision", "recall"):
        labels = None if of is None else [int(of.split()[1])]
        return getattr(sk, kind + "_score")(y, given, labels=labels, average=average, zero_division=0, sample_weight=w)
    if kind == "top_k":
        return sk.top_k_accuracy_score(y, p, k=metric["k"], labels=np.arange(p.shape[1]), sample_weight=w)
    if kind == "calibration_error":
        shares = np.exp(p) / np.exp(p).sum(axis=1, keepdims=True)
        confidence, right = shares.max(axis=1), given == y
        bins = np.digitize(confidence, np.linspace(0, 1, metric["bins"] + 1), right=True)
        return sum(abs(np.average(right[bins == b], weights=w[bins == b]) - np.average(confidence[bins == b], weights=w[bins == b])) * w[bins == b].sum() for b in set(bins)) / w.sum()
    return {"accuracy": sk.accuracy_score, "matthews": sk.matthews_corrcoef}[kind](y, given, sample_weight=w)

print(json.dumps([float(value(**problem)) for problem in json.load(sys.stdin)]))`;

const python = process.env["PYTHON"] ?? "python3";
const hasLibraries = (): boolean => spawnSync(python, ["-c", "import scipy, sklearn"]).status === 0;

test("every metric is scikit-learn's or SciPy's, where they are installed", { timeout: 120_000 }, ({ skip }) => {
  if (!hasLibraries())
    return skip("Python's scikit-learn and SciPy are not installed here (PYTHON names another Python)");
  const { status, stdout, stderr } = spawnSync(python, ["-c", oracle], {
    input: JSON.stringify(problems),
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const expected = JSON.parse(stdout) as readonly number[];
  expect(expected).toHaveLength(problems.length);
  for (const [index, { metric, target, rows }] of problems.entries()) {
    // A percentage of a target of 0 is a large number, which has its digits elsewhere.
    const size = Math.max(1, Math.abs(expected[index] ?? NaN));
    expect(measure(metric, target, rows) / size, `${JSON.stringify(metric)} of ${target}`).toBeCloseTo(
      (expected[index] ?? NaN) / size,
      9,
    );
  }
});
