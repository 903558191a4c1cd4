import { describe, expect, test } from "vitest";
import type { Mode } from "../../compiler/elaborate/elaboration.ts";
import { interpret } from "../graph/reference.ts";
import { forwardOf, furthest, outputOf, programOf, valuesOf } from "./support.ts";
import { fused, twoStreams, width } from "./two-streams.ts";

const classes = 3;
const batch = 4;
const labels = [0, 2, 1, 2];

const model = (task: string): string => `${twoStreams}
  fusion met = bottleneck(left, right) { layers: 2  heads: 2 }
  layer classify = norm -> linear(${classes})
  ${task}`;
const options = `head: ensemble(train: each, evaluate: mean)  target: category("y", classes: ${classes})`;
const both = model(`task event { from: [met.left.cls -> classify, met.right.cls -> classify]  ${options} }`);
const single = (side: string): string =>
  model(`task event { from: met.${side}.cls -> classify  target: category("y", classes: ${classes}) }`);

function run(text: string, mode: Mode): ReadonlyMap<string, Float64Array> {
  const { graph } = forwardOf(programOf(text), "event", { mode, batch });
  return interpret(graph, new Map([...valuesOf(graph), ["feature/event.target", labels]]));
}

const lossOf = (text: string, mode: Mode): number => outputOf(run(text, mode), "loss")[0] ?? Number.NaN;
const logitsOf = (text: string, mode: Mode): readonly number[] => outputOf(run(text, mode), "prediction/logits");
const mean = (left: readonly number[], right: readonly number[]): readonly number[] =>
  left.map((value, at) => (value + (right[at] ?? Number.NaN)) / 2);

/** Softmax cross-entropy, by its definition. */
function crossEntropy(logits: readonly number[]): number {
  const rows = labels.map((label, row) => {
    const scores = logits.slice(row * classes, (row + 1) * classes);
    return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - (scores[label] ?? Number.NaN);
  });
  return rows.reduce((sum, loss) => sum + loss, 0) / rows.length;
}

describe("one classifier on every modality's class token", () => {
  test("training: the mean of each modality's loss", () => {
    expect(lossOf(both, "train")).toBeCloseTo(
      (lossOf(single("left"), "train") + lossOf(single("right"), "train")) / 2,
      12,
    );
  });

  test("evaluation: the loss of the mean of their logits", () => {
    const logits = logitsOf(both, "evaluate");
    expect(
      furthest(logits, mean(logitsOf(single("left"), "evaluate"), logitsOf(single("right"), "evaluate"))),
    ).toBeLessThan(1e-12);
    expect(lossOf(both, "evaluate")).toBeCloseTo(crossEntropy(logits), 12);
    expect(lossOf(both, "evaluate")).toBeLessThan(lossOf(both, "train"));
  });

  test("prediction: the mean of their logits", () => {
    expect(logitsOf(both, "predict")).toEqual(logitsOf(both, "evaluate"));
  });

  test("the classifier is shared where the specification shares it", () => {
    const own = model(
      `task event { from: [met.left.cls -> norm -> linear(${classes}), met.right.cls -> norm -> linear(${classes})]  ${options} }`,
    );
    const kernels = (text: string): number =>
      forwardOf(programOf(text), "event").weights.filter(({ shape }) => shape[0] === width && shape[1] === classes)
        .length;
    expect(kernels(both)).toBe(1);
    expect(kernels(own)).toBe(2);
  });
});

describe("names of weights", () => {
  const weightsOf = (block: string, settings: string): readonly string[] => {
    const program = programOf(fused(block, settings));
    return forwardOf(program, "of_left", { mode: "train" })
      .weights.map(({ name, shape }) => `${name} ${shape.join("×")}`)
      .toSorted();
  };
  const reference = weightsOf("bottleneck", "layers: 3");

  test.each([
    "fuse_from: 1",
    "fuse_from: 2",
    "update: sequential",
    "update: sequential  fuse_from: 1",
    "evaluate: unimodal",
    "stochastic_depth: 30%  dropout: 10%",
  ])("do not depend on %s", (setting) => {
    expect(weightsOf("bottleneck", `layers: 3  ${setting}`)).toEqual(reference);
  });

  test.each(["late", "crossed"])("%s fusion has the same but for the bottlenecks", (block) => {
    expect(weightsOf(block, "layers: 3")).toEqual(reference.filter((name) => !name.startsWith("met.shared.")));
  });

  test("bottlenecks are one learned tensor, and each modality has layers of its own", () => {
    const names = weightsOf("bottleneck", "layers: 3  bottlenecks: 5");
    expect(names.filter((name) => name.startsWith("met.shared."))).toEqual([`met.shared.value 5×${width}`]);
    const layersOf = (side: string): number =>
      new Set(names.flatMap((name) => new RegExp(`^met\\.(\\d)\\.${side}\\.`).exec(name)?.[1] ?? [])).size;
    expect([layersOf("left"), layersOf("right")]).toEqual([3, 3]);
  });
});
