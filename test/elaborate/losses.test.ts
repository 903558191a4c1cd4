import { describe, expect, test } from "vitest";
import { finiteDifferences, relativeError } from "../graph/gradient-check.ts";
import { type Given, evaluate, forwardOf, seeded, sound } from "./harness.ts";

type Row = readonly number[];

const scores: readonly Row[] = [
  [0.5, -1, 2],
  [0.25, 0, -0.75],
  [3, 1, -2],
  [-1, 1.5, 0],
];
const numbers: Row = [0.5, -1.5, 2, 0.1];
const logSoftmax = (row: Row): Row =>
  row.map((value) => value - Math.log(row.reduce((sum, other) => sum + Math.exp(other), 0)));

interface LossCase {
  readonly loss: string;
  readonly target: string;
  readonly values: readonly (number | Row)[];
  /** The loss of one row in closed form. */
  readonly closed: (output: Row, target: Row) => number;
}

const category = { target: 'category("y", classes: 3)', values: [2, 0, 1, 2] };
const labels = {
  target: 'labels("y", classes: 3)',
  values: [
    [1, 0, 1],
    [0, 0, 0],
    [0.5, 1, 0],
    [1, 1, 1],
  ],
};
const number = { target: 'number("y")', values: [0.25, 1, -3, 0.1] };
const right = (output: Row, [y = 0]: Row): number => logSoftmax(output)[y] ?? Number.NaN;

const cases: readonly LossCase[] = [
  { loss: "cross_entropy", ...category, closed: (output, y) => -right(output, y) },
  {
    loss: "cross_entropy(label_smoothing: 30%)",
    ...category,
    closed: (output, [y = 0]) =>
      -logSoftmax(output).reduce((sum, log, k) => sum + ((k === y ? 0.7 : 0) + 0.1) * log, 0),
  },
  { loss: "focal", ...category, closed: (output, y) => -((1 - Math.exp(right(output, y))) ** 2) * right(output, y) },
  {
    loss: "focal(gamma: 0.5)",
    ...category,
    closed: (output, y) => -Math.sqrt(1 - Math.exp(right(output, y))) * right(output, y),
  },
  { loss: "binary_cross_entropy", ...labels, closed: (output, y) => binary(output, y) / 3 },
  { loss: "binary_cross_entropy(reduction: sum)", ...labels, closed: (output, y) => binary(output, y) },
  { loss: "mse", ...number, closed: ([x = 0], [y = 0]) => (x - y) ** 2 },
  { loss: "mae", ...number, closed: ([x = 0], [y = 0]) => Math.abs(x - y) },
  { loss: "huber", ...number, closed: ([x = 0], [y = 0]) => huber(x - y, 1) },
  { loss: "huber(delta: 0.3)", ...number, closed: ([x = 0], [y = 0]) => huber(x - y, 0.3) },
];

function binary(output: Row, target: Row): number {
  return output.reduce(
    (sum, x, k) =>
      sum -
      (target[k] ?? 0) * Math.log(1 / (1 + Math.exp(-x))) -
      (1 - (target[k] ?? 0)) * Math.log(1 / (1 + Math.exp(x))),
    0,
  );
}

function huber(away: number, delta: number): number {
  return Math.abs(away) <= delta ? away ** 2 / 2 : delta * (Math.abs(away) - delta / 2);
}

/** A task whose scores are its modality. */
const specification = (loss: string, target: string, more = ""): string => `model losses
modality x: tensor(${target.startsWith("number") ? 1 : 3})
task t { from: x  target: ${target}  loss: ${loss} ${more} }
`;

const given = ({ target, values }: Pick<LossCase, "target" | "values">, rowWeight: Row): Given => ({
  "feature/x": target.startsWith("number") ? numbers : scores.flat(),
  "feature/t.target": values.flat(),
  row_weight: rowWeight,
});

const outputsOf = ({ target }: Pick<LossCase, "target">): readonly Row[] =>
  target.startsWith("number") ? numbers.map((value) => [value]) : scores;

function lossOf(
  text: string,
  values: Given,
  mode: "train" | "evaluate" = "train",
): ReadonlyMap<string, readonly number[]> {
  return evaluate(forwardOf(sound(text), { mode, batch: 4 }).graph, values);
}

describe.each(cases)("$loss", (one) => {
  const rows = outputsOf(one).map((output, index) => one.closed(output, [one.values[index] ?? 0].flat()));

  test("is its closed form, averaged over rows by their weight", () => {
    for (const weights of [
      [1, 1, 1, 1],
      [1, 0, 1, 0],
      [0.5, 2, 0, 1.5],
      [0.01, 0.01, 0.02, 0],
      [0, 1e-20, 0, 0],
    ]) {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const expected = rows.reduce((sum, row, index) => sum + row * (weights[index] ?? 0), 0) / total;
      expect(lossOf(specification(one.loss, one.target), given(one, weights)).get("loss")?.[0]).toBeCloseTo(
        expected,
        6,
      );
    }
  });

  test("is 0 with gradient 0 where no row counts", () => {
    const { loss, gradients } = trained(one, [0, 0, 0, 0]);
    expect(loss).toBe(0);
    for (const gradient of gradients.values()) expect(gradient.every((value) => value === 0)).toBe(true);
  });

  test("has the gradient of its finite differences", () => {
    const { graph, inputs, gradients } = trained(one, [1, 0.5, 0, 2]);
    expect(gradients.size).toBe(2);
    for (const [weight, gradient] of gradients)
      expect(relativeError(gradient, finiteDifferences(graph, inputs, weight)), weight).toBeLessThan(1e-6);
  });
});

/** The gradients of a stage that trains a linear head with this loss. */
function trained(one: LossCase, rowWeight: Row) {
  const size = one.target.startsWith("number") ? 1 : 3;
  const program = sound(`model losses
modality x: tensor(${size})
task t { from: x  head: linear(${size})  target: ${one.target}  loss: ${one.loss} }
dataset d { path: "d.jsonl"  tasks: [t] }
stage fit { optimizer: sgd(rate: 0.1)  steps: 1  batch: 4 }`);
  const graph = program.plan("fit").gradients("t");
  const inputs = seeded(graph, given(one, rowWeight));
  const outputs = evaluate(graph, Object.fromEntries(inputs));
  const gradients = new Map(
    [...outputs]
      .filter(([name]) => name.startsWith("gradient/"))
      .map(([name, value]): [string, readonly number[]] => [name.replace("gradient/", ""), value]),
  );
  return { graph, inputs, gradients, loss: outputs.get("loss")?.[0] };
}

describe("a sum of terms", () => {
  const one: LossCase = cases[0] ?? { loss: "", target: "", values: [], closed: () => 0 };
  const weights = [1, 1, 0, 1];
  const of = (loss: string, more = ""): ReadonlyMap<string, readonly number[]> =>
    lossOf(specification(loss, one.target, more), given(one, weights));
  const value = (loss: string): number => of(loss).get("loss")?.[0] ?? Number.NaN;

  test("adds them with their factors, and logs each without", () => {
    const outputs = of("cross_entropy(label_smoothing: 10%) + 0.5 * focal + focal(gamma: 1) * 2 * 0.25");
    const [smooth, focal, mild] = [
      value("cross_entropy(label_smoothing: 10%)"),
      value("focal"),
      value("focal(gamma: 1)"),
    ];
    expect(outputs.get("loss")?.[0]).toBeCloseTo(smooth + 0.5 * focal + 0.5 * mild, 6);
    expect(outputs.get("loss/cross_entropy")?.[0]).toBeCloseTo(smooth, 6);
    expect(outputs.get("loss/focal")?.[0]).toBeCloseTo(focal, 6);
    expect(outputs.get("loss/focal_2")?.[0]).toBeCloseTo(mild, 6);
  });

  test("distributes factors over brackets, and subtracts", () => {
    expect(value("0.5 * (cross_entropy + focal) - focal")).toBeCloseTo(
      0.5 * value("cross_entropy") - 0.5 * value("focal"),
      6,
    );
  });

  test("takes a penalty out of the model, once for the batch or once for each row", () => {
    const text = specification("cross_entropy + 0.1 * size + each_row", one.target).replace(
      "task t",
      `stream size = reduce_sum(learned(3) * learned(3), axis: 0)
stream each_row = reduce_sum(x * x, axis: 0)
task t`,
    );
    const outputs = lossOf(text, given(one, weights));
    const rows = scores.map((row) => row.reduce((sum, each) => sum + each ** 2, 0));
    const perRow = rows.reduce((sum, row, index) => sum + row * (weights[index] ?? 0), 0) / 3;
    expect(outputs.get("loss/each_row")?.[0]).toBeCloseTo(perRow, 6);
    expect(outputs.get("loss")?.[0]).toBeCloseTo(
      value("cross_entropy") + 0.1 * (outputs.get("loss/size")?.[0] ?? Number.NaN) + perRow,
      6,
    );
  });

  test("is multiplied by the task's weight", () => {
    expect(of("cross_entropy + focal", "weight: 0.25").get("loss")?.[0]).toBeCloseTo(
      0.25 * value("cross_entropy + focal"),
      6,
    );
    expect(of("cross_entropy + focal", "weight: 0").get("loss")?.[0]).toBe(0);
  });

  test("is the target's own loss where none is named", () => {
    for (const { loss, target, values } of cases.filter(({ loss }) =>
      ["cross_entropy", "binary_cross_entropy", "mse"].includes(loss),
    )) {
      const without = specification(loss, target).replace(`loss: ${loss}`, "");
      expect(lossOf(without, given({ target, values }, weights)).get("loss")).toEqual(
        lossOf(specification(loss, target), given({ target, values }, weights)).get("loss"),
      );
    }
  });
});

describe("an ensemble", () => {
  const text = (more = ""): string => `model losses
modality x: tensor(3)
task t { from: [x, 2 * x, x + 1]  head: ensemble${more}  target: category("y", classes: 3)  loss: focal }
`;
  const one: LossCase = cases.find(({ loss }) => loss === "focal") ?? {
    loss: "",
    target: "",
    values: [],
    closed: () => 0,
  };
  const members: readonly ((row: Row) => Row)[] = [
    (row) => row,
    (row) => row.map((x) => 2 * x),
    (row) => row.map((x) => x + 1),
  ];
  const rowLoss = (row: Row, index: number): number => one.closed(row, [Number(one.values[index])]);
  const average = (row: Row): Row =>
    row.map((_, k) => members.reduce((sum, member) => sum + (member(row)[k] ?? 0), 0) / 3);
  const eachMember =
    scores.reduce(
      (sum, row, index) => sum + members.reduce((total, member) => total + rowLoss(member(row), index), 0) / 3,
      0,
    ) / 4;
  const ofAverage = scores.reduce((sum, row, index) => sum + rowLoss(average(row), index), 0) / 4;
  const all = given(one, [1, 1, 1, 1]);

  test("has the mean of its members' losses in training, and the loss of their mean scores in evaluation", () => {
    expect(lossOf(text(), all).get("loss")?.[0]).toBeCloseTo(eachMember, 6);
    expect(lossOf(text(), all, "evaluate").get("loss")?.[0]).toBeCloseTo(ofAverage, 6);
  });

  test("or the other way round, as it is told", () => {
    expect(lossOf(text("(train: mean, evaluate: each)"), all).get("loss")?.[0]).toBeCloseTo(ofAverage, 6);
    expect(lossOf(text("(train: mean, evaluate: each)"), all, "evaluate").get("loss")?.[0]).toBeCloseTo(eachMember, 6);
  });

  test("predicts mean scores in every mode", () => {
    for (const mode of ["train", "evaluate", "predict"] as const) {
      const logits = evaluate(forwardOf(sound(text()), { mode, batch: 4 }).graph, all).get("prediction/logits");
      for (const [index, value] of scores.flatMap(average).entries()) expect(logits?.[index]).toBeCloseTo(value, 6);
    }
  });
});

test("a graph that predicts has neither targets nor a loss", () => {
  const { graph } = forwardOf(sound(specification("focal", 'category("y", classes: 3)')), { mode: "predict" });
  expect(graph.inputs.map(({ name }) => name)).toEqual(["feature/x", "class_mask"]);
  expect(graph.outputs.map(({ name }) => name)).toEqual(["prediction/logits"]);
});
