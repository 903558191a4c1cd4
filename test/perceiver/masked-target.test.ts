import { describe, expect, test } from "vitest";
import { finiteDifferences, relativeError, withGradients } from "../graph/gradient-check.ts";
import { complaints, evaluate, forwardOf, seeded, sound } from "../elaborate/harness.ts";

/** A text of 8 tokens, of which 3 can be hidden; the scores are the task's own weights, so that they can be given. */
const specification = (loss = "cross_entropy") => `model m
modality text: text(max_length: 8, tokenizer: characters(20))
stream asked = masked_positions(text) -> embed(20)
task t { from: asked + 0 * mean(text -> embed(20))  target: masked(text, rate: 25%)  loss: ${loss} }
`;
const table = Array.from({ length: 8 * 20 }, (_, index) => Math.sin(index * 7));
const positions = [0, 3, 7, 5, 0, 0];
const given = {
  "feature/text.masked": positions,
  "feature/text.masked.mask": [1, 1, 1, 1, 0, 0],
  "feature/t.target": [4, 9, 19, 5, -1, -1],
  "asked.embed.table": table,
};
const logarithm = (position: number, id: number): number => {
  const scores = table.slice(position * 20, position * 20 + 20);
  return (scores[id] ?? 0) - Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
};

describe("the loss of hidden tokens", () => {
  test("is the mean over the hidden tokens of each row, and over rows; other places do not count", () => {
    const { graph } = forwardOf(sound(specification()), { batch: 2 });
    const loss = evaluate(graph, given).get("loss")?.[0];
    const first = -(logarithm(0, 4) + logarithm(3, 9) + logarithm(7, 19)) / 3;
    expect(loss).toBeCloseTo((first - logarithm(5, 5)) / 2, 9);
    const elsewhere = { ...given, "feature/text.masked": [0, 3, 7, 5, 6, 1] };
    expect(evaluate(graph, elsewhere).get("loss")?.[0]).toBeCloseTo(loss ?? Number.NaN, 12);
  });

  test("smoothing is even over the vocabulary", () => {
    const { graph } = forwardOf(sound(specification("cross_entropy(label_smoothing: 20%)")), { batch: 2 });
    const smooth = (position: number, id: number) =>
      -0.8 * logarithm(position, id) -
      0.2 *
        (Array.from({ length: 20 }, (_, other) => logarithm(position, other)).reduce((sum, each) => sum + each, 0) /
          20);
    const expected = ((smooth(0, 4) + smooth(3, 9) + smooth(7, 19)) / 3 + smooth(5, 5)) / 2;
    expect(evaluate(graph, given).get("loss")?.[0]).toBeCloseTo(expected, 9);
  });

  test.each(["cross_entropy", "focal"])("of %s: gradients equal central differences", (loss) => {
    const forward = forwardOf(sound(specification(loss)), { batch: 2, mode: "train" }).graph;
    const weights = forward.inputs.filter(({ role }) => role.kind === "weight");
    const graph = withGradients(forward, weights);
    const inputs = seeded(graph, given);
    const gradients = evaluate(graph, given);
    expect(weights.map(({ name }) => name)).toContain("asked.embed.table");
    for (const { name } of weights)
      expect(
        relativeError(gradients.get(`gradient/${name}`) ?? [], finiteDifferences(graph, inputs, name)),
        name,
      ).toBeLessThan(1e-6);
  });
});

describe("blocks of hidden tokens", () => {
  test("`masked_positions` are ids over the places of the text, `original` is the text", () => {
    expect(
      complaints(`model m
      modality text: text(max_length: 8, tokenizer: characters(20))
      stream asked = masked_positions(text) -> embed(4)
      stream whole = original(text) -> embed(4)
      task t { from: asked + 0 * mean(whole) -> linear(20)  target: masked(text, rate: 25%) }`),
    ).toEqual([]);
  });

  test("in another task they are an error", () => {
    expect(
      complaints(`model m
      modality text: text(max_length: 8, tokenizer: characters(20))
      task t { from: mean(masked_positions(text) -> embed(4)) -> linear(2)  target: category("y", classes: 2) }`),
    ).toEqual(["requirement"]);
  });

  test("the head must score every token of the vocabulary", () => {
    expect(
      complaints(`model m
      modality text: text(max_length: 8, tokenizer: characters(20))
      task t { from: masked_positions(text) -> embed(4) -> linear(19)  target: masked(text) }`),
    ).toContain("head_mismatch");
  });
});
