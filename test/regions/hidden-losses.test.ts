import { describe, expect, test } from "vitest";
import { complaints, evaluate, forwardOf, seeded, sound } from "../elaborate/harness.ts";
import { finiteDifferences, relativeError, withGradients } from "../graph/gradient-check.ts";

/** 4 regions of which 2 can be hidden; the scores are weights of the task, so that they can be given. */
const ofClasses = (loss: string): string => `model m
modality photo: regions(max_regions: 4, width: 3, classes: 3)
stream asked = masked_positions(photo) -> embed(3)
task t { from: asked + 0 * mean(photo -> linear(3))  target: masked_classes(photo, rate: 30%)  loss: ${loss} }
`;
const table = Array.from({ length: 12 }, (_, index) => Math.sin(index * 7));
const positions = [2, 0, 3, 0];
const onOne = [0, 1, 0, 1, 0, 0, 0, 0, 1, -1, -1, -1];
const onSeveral = [0.2, 0.5, 0.3, 0.1, 0.1, 0.8, 0, 0.5, 0.5, -1, -1, -1];
const given = (target: readonly number[]) => ({
  "feature/photo.masked": positions,
  "feature/photo.masked.mask": [1, 1, 1, 0],
  "feature/t.target": target,
  "asked.embed.table": table,
});
const logarithms = (position: number): readonly number[] => {
  const scores = table.slice(position * 3, position * 3 + 3);
  const total = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
  return scores.map((score) => score - total);
};
const lossOf = (loss: string, target: readonly number[]): number =>
  evaluate(forwardOf(sound(ofClasses(loss)), { batch: 2 }).graph, given(target)).get("loss")?.[0] ?? Number.NaN;

describe("the loss of the classes of hidden regions", () => {
  test("is the cross-entropy with the distribution, over the hidden regions of each row, and over rows", () => {
    const at = (place: number) =>
      -logarithms(positions[place] ?? 0).reduce((sum, log, of) => sum + log * (onSeveral[3 * place + of] ?? 0), 0);
    expect(lossOf("cross_entropy", onSeveral)).toBeCloseTo(((at(0) + at(1)) / 2 + at(2)) / 2, 9);
  });

  test("is smaller by the entropy of the target as a divergence, which is 0 for one class", () => {
    expect(lossOf("kl_divergence", onOne)).toBeCloseTo(lossOf("cross_entropy", onOne), 9);
    const entropy = (place: number) =>
      -onSeveral
        .slice(3 * place, 3 * place + 3)
        .reduce((sum, share) => sum + (share > 0 ? share * Math.log(share) : 0), 0);
    const difference = lossOf("cross_entropy", onSeveral) - lossOf("kl_divergence", onSeveral);
    expect(difference).toBeCloseTo(((entropy(0) + entropy(1)) / 2 + entropy(2)) / 2, 9);
  });

  test.each(["cross_entropy", "kl_divergence", "focal"])("of %s: gradients equal central differences", (loss) => {
    const forward = forwardOf(sound(ofClasses(loss)), { batch: 2, mode: "train" }).graph;
    const graph = withGradients(
      forward,
      forward.inputs.filter(({ role }) => role.kind === "weight"),
    );
    const values = given(onSeveral);
    const numeric = finiteDifferences(graph, seeded(graph, values), "asked.embed.table");
    const gradient = evaluate(graph, values).get("gradient/asked.embed.table") ?? [];
    expect(relativeError(gradient, numeric)).toBeLessThan(1e-6);
  });
});

test.each([
  ["mse", (away: number) => away ** 2],
  ["mae", Math.abs],
] as const)("%s of the numbers of hidden parts is the mean over the parts that a row has", (loss, of) => {
  const text = `model m
modality photo: regions(max_regions: 4, width: 2)
stream asked = masked_positions(photo) -> embed(2)
task t { from: asked + 0 * mean(photo -> linear(2))  target: masked_values(photo, rate: 30%)  loss: ${loss} }
`;
  const numbers = [0, 1, 2, 3, -1, 4, 9, 9];
  const { graph } = forwardOf(sound(text), { batch: 2 });
  const values = { ...given([]), "feature/t.target": numbers, "feature/t.target.there": [1, 1, 1, 0] };
  const measured = evaluate(graph, { ...values, "asked.embed.table": table.slice(0, 8) }).get("loss")?.[0];
  const at = (place: number) =>
    [0, 1].reduce(
      (sum, index) =>
        sum + of((table[2 * (positions[place] ?? 0) + index] ?? 0) - (numbers[2 * place + index] ?? 0)) / 2,
      0,
    );
  expect(measured).toBeCloseTo(((at(0) + at(1)) / 2 + at(2)) / 2, 9);
});

describe("what the model sees of hidden parts", () => {
  test("`visible` leaves out the hidden ones, and is the stream itself in other tasks", () => {
    const text = `model m
modality photo: regions(max_regions: 4, width: 1, classes: 2)
stream whole = mean(visible(photo))
stream each = at_places(photo -> linear(2), masked_positions(photo))
task t { from: each + whole * 1  target: masked_classes(photo) }
task other { from: whole  target: number("y") }
`;
    const inputs = {
      "feature/photo": [1, 0, 4, 9],
      "feature/photo.mask": [1, 1, 1, 0],
      "feature/photo.hidden": [0, 1, 0, 0],
    };
    const other = forwardOf(sound(text), { batch: 1, task: "other", mode: "predict" }).graph;
    expect(evaluate(other, inputs).get("prediction/value")?.[0]).toBeCloseTo(5 / 3, 6);
    const hidden = forwardOf(sound(text), { batch: 1, task: "t", mode: "predict" }).graph;
    const onlyMean = { "each.linear.kernel": [0, 0], "each.linear.bias": [0, 0] };
    expect(evaluate(hidden, { ...inputs, ...onlyMean }).get("prediction/logits")?.[0]).toBeCloseTo(5 / 2, 6);
  });

  test("classes need a modality that has them; patches, a size that divides the picture", () => {
    const found = complaints(`model m
modality photo: regions(max_regions: 4, width: 1)
modality drawing: image(6, 6)
task t { from: mean(photo) -> linear(2)  target: masked_classes(photo) }
task u { from: drawing -> patches(2) -> linear(2)  target: masked_values(drawing, patch: 4) }
task v { from: photo -> linear(2)  target: masked_values(photo, patch: 4) }
`);
    expect(found.filter((each) => each === "target_modality")).toHaveLength(3);
  });
});
