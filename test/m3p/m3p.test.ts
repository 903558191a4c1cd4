import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { type Given, evaluate, forwardOf, seeded, sound } from "../elaborate/harness.ts";
import { parameters } from "../perceiver/support.ts";

/** A specification of the examples without its data sets and stages. */
const withoutData = (name: string): string =>
  readFileSync(`${packageRoot()}/examples/${name}`, "utf8").replace(/(?:^\/\/\/[^\n]*\n)*^dataset[\s\S]*/mu, "");

const program = sound(withoutData("m3p.mtl").replace("16..768 = 64", "16..768 = 16"), {
  unused: "allowed",
});
const graphOf = (task: string, mode: "train" | "predict" = "predict") => forwardOf(program, { task, mode, batch: 1 });
const weightsOf = (task: string): readonly string[] => graphOf(task, "train").weights.map(({ name }) => name);
const featuresOf = (task: string): readonly string[] =>
  graphOf(task, "train").graph.inputs.flatMap(({ role, name }) => (role.kind === "feature" ? [name] : []));

describe("M3P (Ni et al., 2021)", () => {
  test("a step that reads texts trains the encoder that pictures go through, and no weight of pictures", () => {
    const [reads, sees] = [weightsOf("read_words"), weightsOf("match")];
    const shared = reads.filter((name) => sees.includes(name));
    expect(shared.filter((name) => name.startsWith("encode."))).toEqual(
      sees.filter((name) => name.startsWith("encode.")),
    );
    expect(sees.filter((name) => name.startsWith("seen.")).length).toBeGreaterThan(0);
    expect(reads.filter((name) => /^(?:seen|task\.see_regions)\./u.test(name))).toEqual([]);
  });

  test("a row whose words are hidden hides no region, and the other way round", () => {
    const hidden = (task: string) => featuresOf(task).filter((name) => /\.(?:hidden|masked)$/u.test(name));
    expect(hidden("see_words").filter((name) => name.includes("drawing"))).toEqual([]);
    expect(hidden("see_regions").filter((name) => name.includes("caption"))).toEqual([]);
    expect(hidden("see_words")).not.toEqual([]);
    expect(hidden("see_regions")).not.toEqual([]);
  });

  test("tokens that are not there change nothing, and others do", () => {
    const { graph } = graphOf("match");
    const scoresOf = (first: number, absent: number) =>
      evaluate(graph, {
        ...Object.fromEntries(seeded(graph)),
        "feature/caption.ids": [first, 6, 7, ...Array<number>(13).fill(absent)],
        "feature/caption.mask": [1, 1, 1, ...Array<number>(13).fill(0)],
      });
    expect(scoresOf(5, 9)).toEqual(scoresOf(5, 8));
    expect(scoresOf(4, 9)).not.toEqual(scoresOf(5, 9));
  });
});

describe("losses over candidates", () => {
  const scores = [1, 3, -2, 0.5];
  const lossOf = (loss: string, order: readonly number[]): number => {
    const text = `model m
modality a: tensor([1])
modality b: tensor([1])
task t { from: a * b  target: matching(a, b, negatives: { b: 3 })  loss: ${loss} }
`;
    const { graph } = forwardOf(sound(text), { batch: 1 });
    const given: Given = {
      "feature/a": [1, 1, 1, 1],
      "feature/b": order.map((at) => scores[at] ?? 0),
      "feature/t.target": order.map((at) => (at === 0 ? 1 : 0)),
      row_weight: [1],
    };
    return evaluate(graph, given).get("loss")?.[0] ?? Number.NaN;
  };

  test("do not depend on the order of the candidates", () => {
    const both = "listwise + binary_cross_entropy";
    for (const order of [
      [0, 2, 3, 1],
      [3, 1, 0, 2],
    ])
      expect(lossOf(both, order)).toBeCloseTo(lossOf(both, [0, 1, 2, 3]), 9);
  });

  test("are the cross-entropy of the right one, and of each score", () => {
    const softplus = (value: number) => Math.log(1 + Math.exp(value));
    const listwise = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - 1;
    const each = scores.map((score, at) => (at === 0 ? softplus(-score) : softplus(score)));
    expect(lossOf("listwise", [0, 1, 2, 3])).toBeCloseTo(listwise, 6);
    const binary = lossOf("binary_cross_entropy", [0, 1, 2, 3]);
    expect(binary).toBeCloseTo(each.reduce((sum, loss) => sum + loss, 0) / 4, 6);
  });
});

test("at full size it has the parameters of its page, part by part", () => {
  const full = sound(withoutData("full/m3p.mtl"), { unused: "allowed" });
  const tasks = ["read_german", "see_words", "see_classes", "see_features", "match"];
  const all = tasks.flatMap((task) => [...forwardOf(full, { task, mode: "predict", batch: 1 }).weights]);
  const weights = [...new Map(all.map((weight) => [weight.name, weight])).values()];
  const parts = [
    [/^read\./u, 192_001_536],
    [/^place\./u, 394_752],
    [/^encode\./u, 85_054_464],
    [/^joint\./u, 1_579_776],
    [/^matches\./u, 591_361],
    [/^task\.see_classes\./u, 1_822_528],
    [/^task\.see_features\./u, 1_574_912],
    [/^score\./u, 250_002],
  ] as const;
  for (const [pattern, expected] of parts) expect(parameters(weights, pattern), String(pattern)).toBe(expected);
  expect(parameters(weights)).toBe(283_269_331);
});
