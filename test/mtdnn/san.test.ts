import { describe, expect, test } from "vitest";
import type { Mode } from "../../compiler/elaborate/elaboration.ts";
import { interpret } from "../graph/reference.ts";
import { forwardOf, furthest, outputOf, programOf, valuesOf } from "../mbt/support.ts";

const [length, width, classes, batch] = [6, 4, 3, 2];

const model = (head: string): string => `
  modality words: text(max_length: ${length}, segments: 2, tokenizer: characters(20))
  task t { from: words -> embed(${width})  head: ${head}  target: category("y", classes: ${classes}) }`;
const san = (options: string): string => model(`san(classes: ${classes}, ${options})`);

/** Two tokens of the hypothesis and three of the premise; three and two; what is behind them is padding. */
const texts = {
  "feature/words.ids": [4, 5, 6, 7, 8, 0, 9, 4, 3, 11, 12, 0],
  "feature/words.mask": [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0],
  "feature/words.segments": [0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0],
  "feature/t.target": [2, 0],
};
type Changes = Readonly<Record<string, readonly number[]>>;

function prepare(text: string, mode: Mode, changes: Changes) {
  const { graph } = forwardOf(programOf(text), "t", { mode, batch });
  const values = new Map([...valuesOf(graph), ...Object.entries(texts), ...Object.entries(changes)]);
  return { graph, values };
}

function run(text: string, mode: Mode, changes: Changes = {}): ReadonlyMap<string, Float64Array> {
  const { graph, values } = prepare(text, mode, changes);
  return interpret(graph, values);
}

const logitsOf = (text: string, mode: Mode = "evaluate", changes: Changes = {}): readonly number[] =>
  outputOf(run(text, mode, changes), "prediction/logits");
const rowsOf = (logits: readonly number[]): readonly (readonly number[])[] =>
  Array.from({ length: batch }, (_, row) => logits.slice(row * classes, (row + 1) * classes));
const probabilities = (text: string, mode: Mode = "evaluate", changes: Changes = {}): readonly (readonly number[])[] =>
  rowsOf(logitsOf(text, mode, changes)).map((row) => row.map(Math.exp));

type Row = readonly number[];
const sum = (row: Row): number => row.reduce((total, value) => total + value, 0);
const softmax = (row: Row): Row => row.map((value) => Math.exp(value) / sum(row.map(Math.exp)));
const dot = (left: Row, right: Row): number => sum(left.map((value, at) => value * (right[at] ?? NaN)));
const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
const weighed = (shares: Row, rows: readonly Row[]): Row =>
  Array.from({ length: width }, (_, column) => sum(rows.map((row, at) => (shares[at] ?? NaN) * (row[column] ?? NaN))));

/**
 * The predictions P_k of each step of one row, by the equations of Liu et al. (2018, §3) as MT-DNN's code has them, in
 * plain loops.
 */
function stepsOf(text: string, row: number, steps: number): readonly Row[] {
  const { values } = prepare(text, "evaluate", {});
  const flat = (name: string): number[] => Array.from(values.get(name) ?? []);
  const affine = (x: Row, name: string): Row => {
    const [kernel, bias] = [flat(`task.t.head.${name}.kernel`), flat(`task.t.head.${name}.bias`)];
    return bias.map(
      (offset, column) => offset + sum(x.map((value, at) => value * (kernel[at * bias.length + column] ?? NaN))),
    );
  };
  const table = flat("task.t.table");
  const tokensOf = (segment: number): readonly Row[] =>
    Array.from({ length }, (_, at) => row * length + at)
      .filter((at) => texts["feature/words.mask"][at] === 1 && texts["feature/words.segments"][at] === segment)
      .map((at) => texts["feature/words.ids"][at] ?? 0)
      .map((id) => table.slice(id * width, (id + 1) * width));
  const [hypothesis, premise] = [tokensOf(0), tokensOf(1)];
  let state = weighed(softmax(hypothesis.map((token) => affine(token, "summary")[0] ?? NaN)), hypothesis);
  return Array.from({ length: steps }, () => {
    const query = affine(state, "query");
    const read = weighed(softmax(premise.map((token) => dot(token, query))), premise);
    const apart = read.map((value, at) => value - (state[at] ?? NaN));
    const shares = softmax(
      affine(
        [...read, ...state, ...apart.map(Math.abs), ...read.map((value, at) => value * (state[at] ?? NaN))],
        "classify",
      ),
    );
    const [input, previous] = [affine(read, "advance.input"), affine(state, "advance.previous")];
    state = state.map((value, at) => {
      const gate = (third: number): number =>
        sigmoid((input[third * width + at] ?? NaN) + (previous[third * width + at] ?? NaN));
      const proposed = Math.tanh((input[2 * width + at] ?? NaN) + gate(0) * (previous[2 * width + at] ?? NaN));
      return (1 - gate(1)) * proposed + gate(1) * value;
    });
    return shares;
  });
}

const meanOf = (steps: readonly Row[]): Row =>
  Array.from({ length: classes }, (_, at) => sum(steps.map((step) => step[at] ?? NaN)) / steps.length);

/**
 * Bytes of `keep_some`: a step stays where its byte is not below the rate; the last two bytes choose one that stays in
 * any case.
 */
const site = "random/task.t.head.kept";
const bytesOf = (keeps: readonly boolean[], chosen: number): readonly number[] => [
  ...keeps.map((keep) => (keep ? 255 : 0)),
  Math.ceil(((chosen + 0.5) * 256) / keeps.length) - 1,
  255,
];

describe("the SAN head", () => {
  const text = san("steps: 3, step_dropout: 50%, dropout: 0%");

  test("is the paper's equations, averaged over all steps for evaluation", () => {
    const expected = Array.from({ length: batch }, (_, row) => meanOf(stepsOf(text, row, 3)));
    expect(furthest(probabilities(text).flat(), expected.flat())).toBeLessThan(1e-12);
    expect(probabilities(text, "predict")).toEqual(probabilities(text));
  });

  test("gives a distribution", () => {
    for (const row of probabilities(text)) expect(sum(row)).toBeCloseTo(1, 12);
  });

  test("in training is the mean of the steps that are kept, and so is its cross-entropy", () => {
    const kept = [
      [true, false, true],
      [false, true, false],
    ] as const;
    const changes = { [site]: [...bytesOf(kept[0], 0), ...bytesOf(kept[1], 1)] };
    const expected = kept.map((keeps, row) => meanOf(stepsOf(text, row, 3).filter((_, step) => keeps[step])));
    expect(furthest(probabilities(text, "train", changes).flat(), expected.flat())).toBeLessThan(1e-12);
    const loss = (-Math.log(expected[0]?.[2] ?? NaN) - Math.log(expected[1]?.[0] ?? NaN)) / 2;
    expect(outputOf(run(text, "train", changes), "loss")[0]).toBeCloseTo(loss, 9);
  });

  test.each([0, 1, 2])("keeps step %i where it is the one that was drawn and all others are dropped", (chosen) => {
    const none = bytesOf([false, false, false], chosen);
    const expected = Array.from({ length: batch }, (_, row) => stepsOf(text, row, 3)[chosen] ?? []);
    expect(furthest(probabilities(text, "train", { [site]: [...none, ...none] }).flat(), expected.flat())).toBeLessThan(
      1e-12,
    );
    expect(
      furthest(
        probabilities(san("steps: 3, step_dropout: 100%, dropout: 0%"), "train", {
          [site]: [...bytesOf([true, true, true], chosen), ...bytesOf([true, true, true], chosen)],
        }).flat(),
        expected.flat(),
      ),
    ).toBeLessThan(1e-12);
  });

  test("of one step is one attention and one classifier, and has no recurrent weights", () => {
    const single = san("steps: 1, step_dropout: 0%");
    expect(
      furthest(probabilities(single).flat(), Array.from({ length: batch }, (_, row) => stepsOf(text, row, 1)).flat(2)),
    ).toBeLessThan(1e-12);
    expect(forwardOf(programOf(single), "t").weights.some(({ name }) => name.includes("advance"))).toBe(false);
  });

  test("shares its weights among all steps", () => {
    const names = (steps: number): readonly string[] =>
      forwardOf(programOf(san(`steps: ${steps}`)), "t").weights.map(({ name }) => name);
    expect(names(5)).toEqual(names(2));
  });

  test("does not depend on what stands in the padding", () => {
    const ids = texts["feature/words.ids"].map((id, at) => (texts["feature/words.mask"][at] === 1 ? id : 13));
    const segments = texts["feature/words.segments"].map((segment, at) =>
      texts["feature/words.mask"][at] === 1 ? segment : 1,
    );
    expect(logitsOf(text, "evaluate", { "feature/words.ids": ids, "feature/words.segments": segments })).toEqual(
      logitsOf(text),
    );
  });

  test("is finite where a segment is empty", () => {
    for (const mask of [
      [1, 1, 0, 0, 0, 0],
      [0, 0, 1, 1, 1, 0],
      [0, 0, 0, 0, 0, 0],
    ]) {
      expect(logitsOf(text, "evaluate", { "feature/words.mask": [...mask, ...mask] }).every(Number.isFinite)).toBe(
        true,
      );
    }
  });
});

test("which steps stay is drawn for each example alone: each one with its chance, and one of them evenly in any case", () => {
  const [steps, draws] = [5, 4096];
  const { graph } = forwardOf(
    programOf(
      `modality x: tensor([${steps}])  task t { from: x * keep_some(${steps}, 75%)  target: category("y", classes: ${steps}) }`,
    ),
    "t",
    { mode: "train", batch: draws },
  );
  const values = valuesOf(graph);
  const random = graph.inputs.find(({ role }) => role.kind === "random");
  // Every pair of the bytes that choose, and of the others each value equally often.
  const bytes = Array.from({ length: draws }, (_, draw) => [
    ...Array.from({ length: steps }, (_step, step) => (draw * (2 * step + 3) + (draw >> 8) * 17) % 256),
    (draw * 16 + (draw >> 4)) % 256,
    (draw * 7) % 256,
  ]);
  const kept = outputOf(
    interpret(
      graph,
      new Map([...values, ["feature/x", new Float64Array(draws * steps).fill(1)], [random?.name ?? "", bytes.flat()]]),
    ),
    "prediction/logits",
  );
  const rows = Array.from({ length: draws }, (_, row) => kept.slice(row * steps, (row + 1) * steps));
  for (const row of rows) expect(sum(row)).toBeGreaterThanOrEqual(1);
  expect(new Set(kept)).toEqual(new Set([0, 1]));
  // P(kept) = 1∕K + (1 − 1∕K)·(1 − p).
  for (let step = 0; step < steps; step++)
    expect(sum(rows.map((row) => row[step] ?? NaN)) / draws).toBeCloseTo(1 / steps + (1 - 1 / steps) * 0.25, 1);
});
