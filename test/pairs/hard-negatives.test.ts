import { describe, expect, test } from "vitest";
import { gradientsOff } from "./gradients-off.ts";
import { interpret } from "../graph/reference.ts";
import { forwardOf, outputOf, programOf, valuesOf } from "../mbt/support.ts";

const [batch, width, temperature] = [5, 3, 0.2];

/** Both losses, with the same temperature and a bias that does not change. */
const losses = {
  info_nce: `info_nce(temperature: ${temperature}, learned: false)`,
  pairwise_sigmoid: `pairwise_sigmoid(temperature: ${temperature}, bias: -3, learned: false)`,
};
const kinds = ["info_nce", "pairwise_sigmoid"] as const;
type Kind = (typeof kinds)[number];

/** Vectors of both sides, and of as many hard negatives as are named, through layers with weights. */
const model = (loss: string, negatives: readonly string[] = ["wrong"]): string => `
  modality left: tensor([${width}])
  modality right: tensor([${width}])
  modality wrong: like(right)
  modality worse: like(right)
  layer see = linear(${width})
  task t {
    from: (${["left -> linear(3)", "right -> see", ...negatives.map((name) => `${name} -> see`)].join(", ")})
    target: contrastive(left, right, width: ${width}${negatives.length > 0 ? `, negatives: [${negatives.join(", ")}]` : ""})
    loss: ${loss}
  }
  dataset d { path: "d.jsonl"  tasks: [t] }
  stage fit { optimizer: adamax(rate: 1e-3)  epochs: 1 }`;

type Changes = Readonly<Record<string, readonly number[]>>;

/** Every row has values of its own unless a test says otherwise. */
const distinct: Changes = {
  "feature/t.target.first": [1, 2, 3, 4, 5],
  "feature/t.target.second": [6, 7, 8, 9, 10],
  "feature/t.target.negative_1": [11, 12, 13, 14, 15],
  "feature/t.target.negative_2": [16, 17, 18, 19, 20],
};

interface Request {
  readonly negatives?: readonly string[];
  readonly mode?: "train" | "evaluate";
}

function run(loss: string, changes: Changes = {}, { negatives, mode = "train" }: Request = {}) {
  const { graph } = forwardOf(programOf(model(loss, negatives)), "t", { mode, batch });
  const known = new Set(graph.inputs.map(({ name }) => name));
  const given = Object.entries({ ...distinct, ...changes }).filter(([name]) => known.has(name));
  return interpret(graph, new Map<string, ArrayLike<number>>([...valuesOf(graph), ...given]));
}

const lossOf = (loss: string, changes: Changes = {}, request: Request = {}): number =>
  outputOf(run(loss, changes, request), "loss")[0] ?? Number.NaN;

const all = Array.from({ length: batch }, (_, row) => row);
const dot = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);

/** A hard negative in plain loops: its row, its vector, and the number of its value. */
interface Hard {
  readonly of: number;
  readonly vector: readonly number[];
  readonly identity: number;
}

interface Plain {
  readonly negatives?: readonly string[];
  readonly weights?: readonly number[];
}

/** The loss by loops over rows and over pairs, of vectors that the graph predicts. */
function plainLoss(
  kind: Kind,
  changes: Changes,
  { negatives = ["wrong"], weights = all.map(() => 1) }: Plain = {},
): number {
  const outputs = run(losses[kind], changes, { negatives });
  const vectorsOf = (name: string): readonly (readonly number[])[] => {
    const values = outputOf(outputs, `prediction/${name}`);
    return all.map((row) => values.slice(row * width, (row + 1) * width));
  };
  const identitiesOf = (part: string): readonly number[] =>
    ({ ...distinct, ...changes })[`feature/t.target.${part}`] ?? [];
  const [first, second] = [vectorsOf("first"), vectorsOf("second")];
  const [firsts, seconds] = [identitiesOf("first"), identitiesOf("second")];
  const hard = negatives.flatMap((_, index) =>
    vectorsOf(`negative_${index + 1}`).map((vector, of): Hard => {
      return { of, vector, identity: identitiesOf(`negative_${index + 1}`)[of] ?? -1 };
    }),
  );
  const isThere = ({ of, identity }: Hard): boolean => identity >= 0 && (weights[of] ?? 0) > 0;
  const score = (one: readonly number[] | undefined, other: readonly number[] | undefined): number =>
    dot(one ?? [], other ?? []) / temperature;
  const ofRow = (row: number): number => {
    const others = all.filter(
      (other) =>
        other !== row && (weights[other] ?? 0) > 0 && firsts[other] !== firsts[row] && seconds[other] !== seconds[row],
    );
    const wrong = hard.filter((each) => isThere(each) && each.identity !== seconds[row]);
    const own = score(first[row], second[row]);
    const toSecond = [
      ...others.map((other) => score(first[row], second[other])),
      ...wrong.map(({ vector }) => score(first[row], vector)),
    ];
    const toFirst = others.map((other) => score(first[other], second[row]));
    if (kind === "pairwise_sigmoid")
      return [-own + 3, ...toSecond.map((each) => each - 3)].reduce((sum, each) => sum + Math.log1p(Math.exp(each)), 0);
    const ofDirection = (rivals: readonly number[]): number =>
      Math.log([own, ...rivals].reduce((sum, each) => sum + Math.exp(each), 0)) - own;
    return (ofDirection(toSecond) + ofDirection(toFirst)) / 2;
  };
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return all.reduce((sum, row) => sum + (weights[row] ?? 0) * ofRow(row), 0) / total;
}

describe.each(kinds)("hard negatives in %s", (kind) => {
  const loss = losses[kind];

  test("are wrong partners of every first value of the batch, and of no second value", () => {
    expect(lossOf(loss)).toBeCloseTo(plainLoss(kind, {}), 9);
    expect(lossOf(loss)).toBeGreaterThan(lossOf(loss, {}, { negatives: [] }) + 0.01);
  });

  test("are left out where a cell is empty", () => {
    const some = { "feature/t.target.negative_1": [11, -1, 13, -1, 15] };
    expect(lossOf(loss, some)).toBeCloseTo(plainLoss(kind, some), 9);
    expect(lossOf(loss, some)).toBeLessThan(lossOf(loss));
  });

  test("are as if there were none where all cells are empty", () => {
    const none = { "feature/t.target.negative_1": [-1, -1, -1, -1, -1] };
    expect(lossOf(loss, none)).toBeCloseTo(lossOf(loss, {}, { negatives: [] }), 9);
  });

  test("of a row of weight 0 are none, and neither is its partner", () => {
    const weights = [1, 0, 2, 1, 0];
    expect(lossOf(loss, { row_weight: weights })).toBeCloseTo(plainLoss(kind, {}, { weights }), 9);
  });

  test("are none of a row whose right partner has the same value", () => {
    const equal = { "feature/t.target.negative_1": [11, 6, 8, 14, 9], "feature/t.target.first": [1, 2, 1, 4, 5] };
    expect(lossOf(loss, equal)).toBeCloseTo(plainLoss(kind, equal), 9);
  });

  test("come from several columns", () => {
    const negatives = ["wrong", "worse"];
    const some = { "feature/t.target.negative_2": [16, -1, 18, 6, 20], row_weight: [1, 1, 0, 1, 0.5] };
    const plain = plainLoss(kind, some, { negatives, weights: some.row_weight });
    expect(lossOf(loss, some, { negatives })).toBeCloseTo(plain, 9);
  });

  test("have no part in evaluation", () => {
    const { graph } = forwardOf(programOf(model(loss)), "t", { mode: "evaluate", batch });
    expect(graph.inputs.map(({ name }) => name).filter((name) => /wrong|negative/u.test(name))).toEqual([]);
    expect(lossOf(loss, {}, { mode: "evaluate" })).toBe(lossOf(loss, {}, { mode: "evaluate", negatives: [] }));
  });

  test("have the gradients of finite differences", () => {
    const forward = forwardOf(programOf(model(kind, ["wrong", "worse"])), "t", { mode: "train", batch });
    const changes = {
      "feature/t.target.negative_1": [11, -1, 6, 14, 15],
      row_weight: [1, 1, 0, 0.5, 1],
      "task.t.loss.log_scale": [0.7],
    };
    const given = new Map<string, ArrayLike<number>>([
      ...valuesOf(forward.graph),
      ...Object.entries({ ...distinct, ...changes }),
    ]);
    for (const [name, off] of gradientsOff(forward, given)) expect(off, name).toBeLessThan(1e-6);
  });
});

test("the vector of a row without a hard negative changes no loss", () => {
  const { graph } = forwardOf(programOf(model("info_nce")), "t", { mode: "train", batch });
  const values = (wrong: number): Map<string, ArrayLike<number>> =>
    new Map<string, ArrayLike<number>>([
      ...valuesOf(graph),
      ...Object.entries(distinct).filter(([name]) => !name.endsWith("negative_2")),
      ["feature/t.target.negative_1", [11, -1, 13, 14, 15]],
      ["feature/wrong", all.flatMap((row) => (row === 1 ? [wrong, 1, 2] : [row, 1, -row]))],
    ]);
  const [one] = outputOf(interpret(graph, values(5)), "loss");
  const [other] = outputOf(interpret(graph, values(-50)), "loss");
  expect(one).toBe(other);
});
