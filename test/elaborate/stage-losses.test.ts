import { expect, test } from "vitest";
import type { Program } from "../../compiler/program.ts";
import { type Given, complaints, evaluate, seeded, sound } from "./harness.ts";

/** Two tasks over one stream, trained by a first stage and by one that has the options that are given. */
const text = (options: string, more = ""): string => `model losses
modality x: tensor(2)
block squares(matrices: list of tensor): scalar {
  return repeat(matrices) as matrix from (sum = 0) { yield sum + reduce_sum(reduce_sum(matrix * matrix, axis: 1), axis: 0) }
}
stream seen = x -> linear(3)
task a { from: seen  head: linear(1)  target: number("a")  loss: mae ${more} }
task b { from: seen  head: linear(1)  target: number("b")  loss: mae  weight: 2 }
dataset d { path: "d.jsonl"  tasks: [a, b] }
stage first { optimizer: sgd(rate: 0.1)  steps: 1  batch: 2 }
stage second { optimizer: sgd(rate: 0.1)  steps: 1  batch: 2  ${options} }`;

function outputs(
  program: Program,
  stage: string,
  task: "a" | "b",
  given: Given = {},
): ReadonlyMap<string, readonly number[]> {
  const graph = program.plan(stage).gradients(task);
  return evaluate(graph, Object.fromEntries(seeded(graph, given)));
}

function weightsOf(program: Program, task: "a" | "b"): Given {
  return Object.fromEntries(seeded(program.plan("second").gradients(task), {}));
}

const sumOfSquares = (values: ArrayLike<number> | undefined): number =>
  Array.from(values ?? []).reduce((sum, value) => sum + value * value, 0);

test("the loss of a stage is added to that of each of its tasks, and of no other stage", () => {
  const program = sound(text('loss: 0.5 * squares(weights("**.kernel"))'));
  for (const [task, factor] of [
    ["a", 1],
    ["b", 2],
  ] as const) {
    const given = weightsOf(program, task);
    const penalty = sumOfSquares(given["seen.kernel"]) + sumOfSquares(given[`task.${task}.head.kernel`]);
    const [before, after] = [outputs(program, "first", task), outputs(program, "second", task)];
    expect(after.get("loss/penalty")?.[0]).toBeCloseTo(penalty, 6);
    expect(after.get("loss")?.[0]).toBeCloseTo((before.get("loss")?.[0] ?? Number.NaN) + factor * 0.5 * penalty, 6);
    const gradient = after.get("gradient/seen.kernel") ?? [];
    for (const [index, value] of gradient.entries()) {
      const own = before.get("gradient/seen.kernel")?.[index] ?? Number.NaN;
      expect(value).toBeCloseTo(own + factor * (given["seen.kernel"]?.[index] ?? Number.NaN), 6);
    }
    expect(gradient).toHaveLength(6);
  }
});

test("it may compare outputs with targets, and is measured in evaluation too", () => {
  const program = sound(text("loss: 3 * mse + abs(output - target)"));
  const graph = program.plan("second").evaluate("a");
  const values = evaluate(graph, Object.fromEntries(seeded(graph, {})));
  const term = (name: string): number => values.get(`loss/${name}`)?.[0] ?? Number.NaN;
  expect(term("abs")).toBeCloseTo(term("mae"), 10);
  expect(values.get("loss")?.[0]).toBeCloseTo(2 * term("mae") + 3 * term("mse"), 6);
});

test("weights are those of the task whose names match; `{task}` is its name", () => {
  const program = sound(text('loss: squares(weights("task.{task}.head.kernel"))'));
  for (const task of ["a", "b"] as const) {
    const expected = sumOfSquares(weightsOf(program, task)[`task.${task}.head.kernel`]);
    expect(outputs(program, "second", task).get("loss/penalty")?.[0]).toBeCloseTo(expected, 10);
  }
});

test.each([
  ["a pattern that matches no weight", text('loss: squares(weights("**.kernal"))'), ["pattern_matches_nothing"]],
  [
    "weights outside of a loss",
    text("").replace("x -> linear(3)", 'x -> linear(3 + count(weights("**")))'),
    ["requirement"],
  ],
  ["a loss that does not fit the target", text("loss: cross_entropy"), ["loss_target"]],
  ["a term of many numbers", text('loss: weights("seen.kernel")'), ["wrong_type"]],
])("is refused: %s", (_, specification, expected) => {
  expect([...new Set(complaints(specification))]).toEqual(expected);
});
