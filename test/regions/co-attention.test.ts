import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { type Given, evaluate, forwardOf, seeded, sound } from "../elaborate/harness.ts";
import { parameters } from "../perceiver/support.ts";

/** The example in small; its tasks keep their names, heads and streams. */
const example = readFileSync(`${packageRoot()}/examples/twelve_in_one.mtl`, "utf8")
  .replace("int in 16..512 = 64", "int in 4..512 = 8")
  .replace(/dataset[\s\S]*/u, "")
  .replaceAll("width: 192", "width: 4");

const program = sound(example, { unused: "allowed" });
const [length, most, wide] = [16, 8, 8];

/** The values of a task's graph where every region and word is there, but for those that a test changes. */
function run(task: string, change: Given = {}): ReadonlyMap<string, readonly number[]> {
  const { graph } = forwardOf(program, { task, mode: "predict", batch: 1 });
  const ones = {
    "feature/photo.mask": Array<number>(most).fill(1),
    "feature/words.mask": Array<number>(length).fill(1),
    "feature/words.ids": Array.from({ length }, (_, at) => 4 + at),
  };
  return evaluate(graph, Object.fromEntries(seeded(graph, { ...ones, ...change })));
}

const featuresOf = (graph: string): readonly number[] =>
  Array.from(seeded(forwardOf(program, { task: graph, mode: "predict", batch: 1 }).graph).get("feature/photo") ?? []);
const boxesOf = (graph: string): readonly number[] =>
  Array.from(
    seeded(forwardOf(program, { task: graph, mode: "predict", batch: 1 }).graph).get("feature/photo.boxes") ?? [],
  );
const scoresOf = (change: Given = {}): readonly number[] => run("refer", change).get("prediction/scores") ?? [];

/** Rows of a table in another order. */
const permuted = (values: readonly number[], order: readonly number[]): readonly number[] => {
  const width = values.length / order.length;
  return order.flatMap((row) => values.slice(row * width, (row + 1) * width));
};

describe("12-in-1 (Lu et al., 2020)", () => {
  test("scores of regions move with the regions, and what is read of the whole picture stays", () => {
    const order = [3, 1, 0, 2, 7, 6, 5, 4];
    const change = {
      "feature/photo": permuted(featuresOf("refer"), order),
      "feature/photo.boxes": permuted(boxesOf("refer"), order),
    };
    const [plain, moved] = [scoresOf(), scoresOf(change)];
    for (const [at, row] of order.entries()) expect(moved[at]).toBeCloseTo(plain[row] ?? Number.NaN, 6);
    const answers = (given: Given) => run("answer", given).get("prediction/logits") ?? [];
    const [before, after] = [answers({}), answers(change)];
    for (const [at, value] of before.entries()) expect(after[at]).toBeCloseTo(value, 6);
  });

  test("regions and words that are not there change nothing", () => {
    const there = {
      "feature/photo.mask": [1, 1, 1, 0, 0, 0, 0, 0],
      "feature/words.mask": Array.from({ length }, (_, at) => (at < 5 ? 1 : 0)),
    };
    const other = {
      ...there,
      "feature/photo": featuresOf("refer").map((value, at) => (at < 3 * 4 ? value : 9)),
      "feature/words.ids": Array.from({ length }, (_, at) => (at < 5 ? 4 + at : 77)),
    };
    const [plain, changed] = [scoresOf(there), scoresOf(other)];
    for (const region of [0, 1, 2]) expect(changed[region]).toBeCloseTo(plain[region] ?? Number.NaN, 9);
  });

  test("the words change the score of every region, and without co-attention of none", () => {
    const words = { "feature/words.ids": Array.from({ length }, (_, at) => 50 + at) };
    const [plain, other] = [scoresOf(), scoresOf(words)];
    for (const [region, score] of plain.entries()) expect(Math.abs((other[region] ?? 0) - score)).toBeGreaterThan(1e-6);
    const apart = sound(example.replace("[on, off] = on", "[on, off] = off"), { unused: "allowed" });
    const { graph } = forwardOf(apart, { task: "refer", mode: "predict", batch: 1 });
    const alone = (given: Given) => evaluate(graph, Object.fromEntries(seeded(graph, given))).get("prediction/scores");
    expect(alone(words)).toEqual(alone({}));
  });

  test("a task's token is of that task, and the positions of words do not count it", () => {
    const { weights } = forwardOf(program, { task: "refer", mode: "predict", batch: 1 });
    const shapes = new Map(weights.map(({ name, shape }) => [name, shape]));
    expect(shapes.get("read.positions.table")).toEqual([length + 1, wide]);
    expect([...shapes.keys()].filter((name) => /^read\..*(?:answer|refer|match)/u.test(name))).toEqual([
      expect.stringContaining("refer"),
    ]);
  });

  test("meetings come before the layers that the paper says: T0 C0 T1 V0 C1 T2 V1", () => {
    const { graph } = forwardOf(program, { task: "refer", mode: "predict", batch: 1 });
    const layers = graph.inputs.flatMap(({ role }) => {
      const found = role.kind === "weight" ? /^vil\.(?:repeat\.)?(first|\d+\.[a-z_]+)/u.exec(role.weight) : null;
      return found ? [found[1]] : [];
    });
    expect([...new Set(layers)]).toEqual([
      "first",
      "0.met",
      "0.text_layer",
      "0.image_layer",
      "1.met",
      "1.text_layer",
      "1.image_layer",
    ]);
  });
});

test("two answers of a soft target have the loss of the authors' oracle", () => {
  const text = `model m
modality x: tensor([3])
task t { from: x  target: labels("y", classes: 3, soft: true)  loss: binary_cross_entropy(reduction: sum) }
`;
  const { graph } = forwardOf(sound(text), { batch: 1 });
  const loss = evaluate(graph, { "feature/x": [0, 2, -1], "feature/t.target": [0, 1, 0.3] }).get("loss")?.[0];
  expect(loss).toBeCloseTo(1.433337, 5);
});

test("at full size it has the parameters that the authors' code uses, part by part", () => {
  const text = readFileSync(`${packageRoot()}/examples/full/twelve_in_one.mtl`, "utf8").replace(
    /(?:^\/\/\/[^\n]*\n)*^dataset[\s\S]*/mu,
    "",
  );
  /** One task of those that have the same head. */
  const tasks = ["vqa", "gqa", "coco", "refcoco", "nlvr2", "entailment", "hidden_words", "hidden_regions", "belong"];
  const all = tasks.flatMap((task) => {
    const alone = text.replaceAll(/^task (\w+) \{[\s\S]*?^\}\n/gmu, (other: string, name: string) =>
      name === task ? other : "",
    );
    return [...forwardOf(sound(alone, { unused: "allowed" }), { task, mode: "predict", batch: 1 }).weights];
  });
  const weights = [...new Map(all.map((weight) => [weight.name, weight])).values()];
  const parts = [
    [/^read\./u, 23_852_544],
    [/^see\./u, 2_106_368],
    [/^vil\./u, 85_054_464 + 37_810_176 + 85_060_608],
    [/^pool_/u, 1_837_056],
    [/^task\.(?:hidden_|belong)/u, 3_317_373],
    [/^answer\./u, 8_514_617],
    [/^task\.gqa\./u, 5_244_413],
    [/^task\.nlvr2\./u, 4_204_546],
    [/^(?:fit|point)\./u, 2 * 1_025],
    [/^task\.entailment\./u, 3_075],
  ] as const;
  for (const [pattern, expected] of parts) expect(parameters(weights, pattern), String(pattern)).toBe(expected);
  expect(parameters(weights)).toBe(257_007_290);
});
