import { describe, expect, test } from "vitest";
import { gradientsGraph } from "../../compiler/differentiate/training-graphs.ts";
import type { Mode } from "../../compiler/elaborate/elaboration.ts";
import { interpret } from "../graph/reference.ts";
import { forwardOf, furthest, outputOf, programOf, valuesOf } from "../mbt/support.ts";
import { passOf } from "../../compiler/stage/plan.ts";

const [batch, most, width] = [2, 3, 4];

/** Candidates are vectors beside one vector that all of them share; the score is a layer, so that another task can have the same. */
const model = (task: string, query: "tiled" | "alone" = "tiled"): string => `
  modality answer: tensor([${width}])
  modality question: tensor([${width}])
  layer score = mlp(hidden: 5, outputs: 1)
  task t { from: answer * question -> dropout(20%) -> score  ${task} }
  dataset d { path: "d.jsonl"  ${query === "tiled" ? `columns: { answer: each("answers", max_candidates: ${most}) }` : ""}  tasks: [t] }
  stage fit { optimizer: adamax(rate: 1e-3)  epochs: 1 }`;
const ranked = (loss = "listwise"): string => model(`target: ranking("relevant")  loss: ${loss}`);

type Changes = Readonly<Record<string, readonly number[]>>;

function run(
  text: string,
  changes: Changes = {},
  mode: Mode = "evaluate",
  rows = batch,
): ReadonlyMap<string, Float64Array> {
  const { graph } = forwardOf(programOf(text), "t", { mode, batch: rows });
  return interpret(
    graph,
    new Map([...valuesOf(graph), ["feature/t.target", [0, 1, 0, 1, 0, 0]], ...Object.entries(changes)]),
  );
}

const lossOf = (changes: Changes, text = ranked()): number => outputOf(run(text, changes), "loss")[0] ?? Number.NaN;
const scoresOf = (changes: Changes, text = ranked()): readonly number[] =>
  outputOf(run(text, changes), "prediction/scores");

/** Features of candidates, as in the input [batch, most, width]. */
const answers = Array.from(valuesOf(forwardOf(programOf(ranked()), "t", { batch }).graph).get("feature/answer") ?? []);
const moved = (order: readonly number[]): readonly number[] =>
  order.flatMap((place) => answers.slice(place * width, (place + 1) * width));

/** −log of the softmax share of a candidate, averaged over the rows. */
function negativeLogLikelihood(scores: readonly number[], relevant: readonly number[], gamma = 1): number {
  const rows = relevant.map((place, row) => {
    const own = scores.slice(row * most, (row + 1) * most).map((score) => gamma * score);
    return Math.log(own.reduce((sum, score) => sum + Math.exp(score), 0)) - (own[place] ?? Number.NaN);
  });
  return rows.reduce((sum, loss) => sum + loss, 0) / rows.length;
}

describe("candidates are folded into the rows", () => {
  test("each gets the score that it would get alone, with what the example shares", () => {
    const alone = model('target: number("y")', "alone");
    const questions = Array.from(
      valuesOf(forwardOf(programOf(ranked()), "t", { batch }).graph).get("feature/question") ?? [],
    );
    const each = Array.from({ length: batch * most }, (_, row) => {
      const question = questions.slice(Math.floor(row / most) * width, (Math.floor(row / most) + 1) * width);
      return (
        outputOf(
          run(
            alone,
            { "feature/answer": moved([row]), "feature/question": question, "feature/t.target": [0] },
            "evaluate",
            1,
          ),
          "prediction/value",
        )[0] ?? Number.NaN
      );
    });
    expect(furthest(scoresOf({}), each)).toBeLessThan(1e-12);
  });

  test("every candidate has random bytes of its own, which stand with those of its example", () => {
    const { graph } = forwardOf(programOf(ranked()), "t", { mode: "train", batch });
    expect(graph.inputs.filter(({ role }) => role.kind === "random").map(({ value }) => value.shape)).toEqual([
      [batch, most, width],
    ]);
  });

  test("what stands where a row has no candidate changes nothing", () => {
    const target = { "feature/t.target": [0, 1, -1, 1, 0, 0] };
    const other = answers.map((value, at) => (at >= 2 * width && at < 3 * width ? 100 : value));
    expect(lossOf({ ...target, "feature/answer": other })).toBeCloseTo(lossOf(target), 12);
    const [first = 0, second = 0] = scoresOf({});
    const [, , , fourth = 0, fifth = 0, sixth = 0] = scoresOf({});
    const two = Math.log(Math.exp(first) + Math.exp(second)) - second;
    const three = Math.log(Math.exp(fourth) + Math.exp(fifth) + Math.exp(sixth)) - fourth;
    expect(lossOf(target)).toBeCloseTo((two + three) / 2, 9);
  });
});

describe("the list softmax (Liu et al., 2019, eq. 5 and 6)", () => {
  test("is the negative log-likelihood of the relevant candidate", () => {
    expect(lossOf({})).toBeCloseTo(negativeLogLikelihood(scoresOf({}), [1, 0]), 9);
    expect(lossOf({}, ranked("listwise(gamma: 3)"))).toBeCloseTo(negativeLogLikelihood(scoresOf({}), [1, 0], 3), 9);
  });

  test("does not change where a constant is added to all scores", () => {
    const bias = (by: number): Changes => ({ "score.down.bias": [by] });
    expect(lossOf(bias(5))).toBeCloseTo(lossOf(bias(-2)), 9);
    expect(scoresOf(bias(5))[0]).toBeCloseTo((scoresOf(bias(-2))[0] ?? 0) + 7, 9);
  });

  test("is log A where all scores are equal", () => {
    expect(lossOf({ "score.down.kernel": [0, 0, 0, 0, 0] })).toBeCloseTo(Math.log(most), 9);
  });

  test("does not change where candidates and the label are permuted together", () => {
    const permuted = { "feature/answer": moved([2, 0, 1, 4, 5, 3]), "feature/t.target": [0, 0, 1, 0, 0, 1] };
    expect(lossOf(permuted)).toBeCloseTo(lossOf({}), 12);
  });

  test("weighs graded relevance by its share", () => {
    const graded = lossOf({ "feature/t.target": [3, 1, 0, 1, 0, 0] });
    expect(graded).toBeCloseTo((3 * lossOf({ "feature/t.target": [1, 0, 0, 1, 0, 0] }) + lossOf({})) / 4, 9);
  });

  test("has the gradient of its finite differences, and none from a row without weight", () => {
    const forward = forwardOf(programOf(ranked()), "t", { mode: "train", batch });
    const weights = forward.weights.map((weight) => ({
      ...weight,
      trainable: true,
      decayed: false,
      class: "all",
      tasks: ["t"],
    }));
    const graph = gradientsGraph(passOf(forward), weights);
    const given = (more: Changes) =>
      new Map([...valuesOf(forward.graph), ["feature/t.target", [0, 1, 0, 1, 0, 0]] as const, ...Object.entries(more)]);
    const kernel = Array.from(valuesOf(forward.graph).get("score.down.kernel") ?? []);
    const gradient = outputOf(interpret(graph, given({})), "gradient/score.down.kernel");
    const step = 1e-5;
    const at = (by: number, index: number): number =>
      outputOf(
        interpret(
          forward.graph,
          given({ "score.down.kernel": kernel.map((value, place) => (place === index ? value + by : value)) }),
        ),
        "loss",
      )[0] ?? Number.NaN;
    expect(
      furthest(
        gradient,
        kernel.map((_, index) => (at(step, index) - at(-step, index)) / (2 * step)),
      ),
    ).toBeLessThan(1e-8);
    expect(
      furthest(
        outputOf(interpret(graph, given({ row_weight: [0, 0] })), "gradient/score.down.kernel"),
        kernel.map(() => 0),
      ),
    ).toBe(0);
  });
});
