import { describe, expect, test } from "vitest";
import { gradientsOff } from "./gradients-off.ts";
import { interpret } from "../graph/reference.ts";
import { forwardOf, outputOf, programOf, valuesOf } from "../mbt/support.ts";

const [batch, width] = [5, 3];

const model = (loss: string): string => `
  modality left: tensor([${width}])
  modality right: tensor([${width}])
  task t { from: (left -> linear(${width}), right)  target: contrastive(left, right, width: ${width})  loss: ${loss} }
  dataset d { path: "d.jsonl"  tasks: [t] }
  stage fit { optimizer: adamax(rate: 1e-3)  epochs: 1 }`;

type Changes = Readonly<Record<string, readonly number[]>>;

/** Every row has values of its own unless a test says otherwise. */
const distinct: Changes = { "feature/t.target.first": [1, 2, 3, 4, 5], "feature/t.target.second": [6, 7, 8, 9, 10] };

function run(loss: string, changes: Changes = {}): ReadonlyMap<string, Float64Array> {
  const { graph } = forwardOf(programOf(model(loss)), "t", { mode: "evaluate", batch });
  return interpret(graph, new Map([...valuesOf(graph), ...Object.entries({ ...distinct, ...changes })]));
}

const lossOf = (loss: string, changes: Changes = {}): number => outputOf(run(loss, changes), "loss")[0] ?? Number.NaN;

/** The vectors that a graph predicts, by row. */
function vectors(side: "first" | "second", changes: Changes = {}): readonly (readonly number[])[] {
  const values = [...outputOf(run("info_nce", changes), `prediction/${side}`)];
  return Array.from({ length: batch }, (_, row) => values.slice(row * width, (row + 1) * width));
}

const dot = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
const all = Array.from({ length: batch }, (_, row) => row);

interface Plain {
  /** Rows that count, and pairs of rows that are no negatives of each other. */
  readonly rows?: readonly number[];
  readonly alike?: readonly (readonly [number, number])[];
}

const isNegative = (row: number, other: number, { rows = all, alike = [] }: Plain): boolean =>
  row !== other &&
  rows.includes(other) &&
  !alike.some(([one, two]) => (one === row && two === other) || (one === other && two === row));

/** Plain loops over pairs. */
function plainInfoNce(temperature: number, plain: Plain = {}): number {
  const [first, second] = [vectors("first"), vectors("second")];
  const { rows = all } = plain;
  const score = (one: number, two: number): number => dot(first[one] ?? [], second[two] ?? []) / temperature;
  const ofRow = (row: number, scoreOf: (other: number) => number): number => {
    const rivals = all.filter((other) => other === row || isNegative(row, other, plain));
    return Math.log(rivals.reduce((sum, other) => sum + Math.exp(scoreOf(other)), 0)) - scoreOf(row);
  };
  const sum = rows.reduce(
    (total, row) => total + (ofRow(row, (other) => score(row, other)) + ofRow(row, (other) => score(other, row))) / 2,
    0,
  );
  return sum / rows.length;
}

function plainSigmoid(temperature: number, bias: number, plain: Plain = {}): number {
  const [first, second] = [vectors("first"), vectors("second")];
  const { rows = all } = plain;
  const logit = (one: number, two: number): number => dot(first[one] ?? [], second[two] ?? []) / temperature + bias;
  const ofRow = (row: number): number =>
    all
      .filter((other) => other === row || isNegative(row, other, plain))
      .reduce((sum, other) => sum + Math.log1p(Math.exp((other === row ? -1 : 1) * logit(row, other))), 0);
  return rows.reduce((sum, row) => sum + ofRow(row), 0) / rows.length;
}

test("vectors have length 1, whatever their stream gives", () => {
  for (const vector of [...vectors("first"), ...vectors("second")]) expect(dot(vector, vector)).toBeCloseTo(1, 9);
});

describe("InfoNCE in both directions", () => {
  const loss = "info_nce(temperature: 0.2, learned: false)";

  test("is the mean of both softmax cross-entropies over the pairs of the batch", () => {
    expect(lossOf(loss)).toBeCloseTo(plainInfoNce(0.2), 9);
  });

  test("begins at its temperature where it is learned, and never goes below 0.01", () => {
    const learned = "info_nce(temperature: 0.2)";
    const scale = (value: number): Changes => ({ "task.t.loss.log_scale": [value] });
    expect(lossOf(learned, scale(Math.log(5)))).toBeCloseTo(lossOf(loss), 9);
    expect(lossOf(learned, scale(40))).toBeCloseTo(lossOf(learned, scale(Math.log(100))), 9);
  });

  test("takes a row of weight 0 for no negative", () => {
    expect(lossOf(loss, { row_weight: [1, 1, 0, 1, 0] })).toBeCloseTo(plainInfoNce(0.2, { rows: [0, 1, 3] }), 9);
  });

  test("takes rows with an equal value of one of the modalities for no negatives", () => {
    const equal = { "feature/t.target.first": [1, 2, 1, 4, 5], "feature/t.target.second": [6, 7, 8, 9, 7] };
    const alike = [
      [0, 2],
      [1, 4],
    ] as const;
    expect(lossOf(loss, equal)).toBeCloseTo(plainInfoNce(0.2, { alike }), 9);
  });

  test("is log B where all scores are equal", () => {
    expect(
      lossOf(loss, { "feature/right": all.flatMap(() => [1, 0, 0]), "feature/left": all.flatMap(() => [1, 2, 3]) }),
    ).toBeCloseTo(Math.log(batch), 9);
  });
});

describe("the sigmoid loss of pairs", () => {
  const loss = "pairwise_sigmoid(temperature: 0.2, bias: -3, learned: false)";

  test("is the sum over the pairs of a row", () => {
    expect(lossOf(loss)).toBeCloseTo(plainSigmoid(0.2, -3), 9);
  });

  test("leaves out rows of weight 0 and equal values", () => {
    const equal = { "feature/t.target.second": [6, 7, 6, 9, 10], row_weight: [1, 1, 1, 0, 1] };
    expect(lossOf(loss, equal)).toBeCloseTo(plainSigmoid(0.2, -3, { rows: [0, 1, 2, 4], alike: [[0, 2]] }), 9);
  });

  test("learns its temperature and its bias", () => {
    const given = { "task.t.loss.log_scale": [Math.log(5)], "task.t.loss.bias": [-3] };
    expect(lossOf("pairwise_sigmoid", given)).toBeCloseTo(lossOf(loss), 9);
  });
});

test.each(["info_nce", "pairwise_sigmoid"])("%s has the gradients of its finite differences", (loss) => {
  const forward = forwardOf(programOf(model(loss)), "t", { mode: "train", batch });
  const given = new Map([
    ...valuesOf(forward.graph),
    ...Object.entries({ ...distinct, row_weight: [1, 1, 0, 0.5, 1], "task.t.loss.log_scale": [0.7] }),
  ]);
  for (const [name, off] of gradientsOff(forward, given)) expect(off, name).toBeLessThan(1e-6);
});
