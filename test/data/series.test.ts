import { describe, expect, test } from "vitest";
import type { ResolvedDataset, ResolvedModality, ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { createExampleEncoder } from "../../runtime/data/batch/encode-examples.ts";
import type { Data } from "../../runtime/data/data.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { generator } from "../../runtime/random/generator.ts";
import { complaints, evaluate, forwardOf, inspect, sound } from "../elaborate/harness.ts";
import { allTrain, folderWith, reviews, sentiment, specification, wholeSplit } from "./fixture.ts";
import { trained } from "./trained.ts";

type Series = Extract<ResolvedModality, { kind: "series" }>;
const one: Series = { kind: "series", steps: 3, channels: 1, keep: "last" };
const named: Series = { ...one, channels: ["low", "high"] };

function spec(
  modality: Series,
  columns: string | readonly string[],
  presence: "required" | "optional" = "required",
  more: Partial<ResolvedDataset> = {},
): ResolvedSpecification {
  return specification({
    modalities: { wave: modality },
    tasks: { sentiment: { ...sentiment, inputs: [{ modality: "wave", optional: presence === "optional" }] } },
    datasets: {
      reviews: { ...reviews, path: "r.jsonl", columns: { wave: columns, label: "label" }, split: allTrain, ...more },
    },
  });
}

const labelled = (values: readonly object[]): string =>
  values.map((value, index) => JSON.stringify({ ...value, label: index % 2 })).join("\n");

async function opened(of: ResolvedSpecification, text: string, path = "r.jsonl"): Promise<Data> {
  return openData({ specification: of, root: await folderWith({ [path]: text }), cache: "none" });
}

async function read(data: Data): Promise<{ values: number[]; mask: number[] }> {
  const { features } = await wholeSplit(data, "sentiment", "train");
  return {
    values: [...(features.get("wave") ?? [])].map((value) => Math.round(value * 1e6) / 1e6),
    mask: [...(features.get("wave.mask") ?? [])],
  };
}

describe("a series", () => {
  test("is padded or cut, with a mask, and standardised over the values that are there", async () => {
    const rows = labelled([{ wave: [9, 1, 3, 1] }, { wave: [3] }, { wave: [] }, { wave: [null, 2] }]);
    const data = await opened(spec(one, "wave"), rows);
    // Kept are 1, 3, 1, 3 and 2: their mean is 2, their deviation √(4 ∕ 5).
    const unit = Math.round(1e6 / Math.sqrt(0.8)) / 1e6;
    expect(await read(data)).toEqual({
      values: [-unit, unit, -unit, unit, 0, 0, 0, 0, 0, 0, 0, 0],
      mask: [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0],
    });
    const first = await opened(spec({ ...one, keep: "first" }, "wave"), rows);
    expect(first.preprocessing.statistics?.["wave"]?.means[0]).toBeCloseTo((9 + 1 + 3 + 3 + 2) / 5, 12);
  });

  test("of several channels is a list of steps in one column, or a column for each named one", async () => {
    const steps = [
      [
        [1, 10],
        [2, 20],
      ],
      [
        [3, null],
        [null, null],
        [5, 60],
      ],
    ];
    const expected = await read(
      await opened(spec({ ...one, channels: 2 }, "wave"), labelled(steps.map((wave) => ({ wave })))),
    );
    expect(expected.mask).toEqual([1, 1, 0, 1, 0, 1]);
    const columns = steps.map((rows) => ({ low: rows.map((row) => row[0]), high: rows.map((row) => row[1]) }));
    expect(await read(await opened(spec(named, ["low", "high"]), labelled(columns)))).toEqual(expected);
    const csv = `low,high,label\n${columns.map(({ low, high }, index) => `"${JSON.stringify(low)}","${JSON.stringify(high)}",${index}`).join("\n")}`;
    expect(await read(await opened(spec(named, ["low", "high"], "required", { path: "r.csv" }), csv, "r.csv"))).toEqual(
      expected,
    );
  });

  test("of one channel may be a column for each step, of which some are empty", async () => {
    const data = await opened(
      spec(one, ["a", "b", "c"], "required", { path: "r.csv" }),
      "a,b,c,label\n1,,3,x\n2,2,2,y\n,,,y\n",
      "r.csv",
    );
    expect((await read(data)).mask).toEqual([1, 0, 1, 1, 1, 1]);
    expect(data.problems).toEqual([{ file: "r.csv", row: 4, column: "a, b, c", reason: "it has no wave" }]);
  });

  test("has the same features as a raw example", async () => {
    const data = await opened(
      spec(named, ["low", "high"]),
      labelled([
        { low: [1, 2], high: [3, 4] },
        { low: [7], high: [null] },
      ]),
    );
    const encoder = createExampleEncoder({
      specification: spec(named, ["low", "high"]),
      preprocessing: data.preprocessing,
      folder: ".",
    });
    const batch = await encoder.encode({
      pass: "sentiment",
      size: 2,
      examples: [{ wave: { low: [1, 2], high: [3, 4] } }, { wave: [[7], [null]] }],
    });
    const { features } = await wholeSplit(data, "sentiment", "train");
    for (const [name, values] of batch.features) expect(values).toEqual(features.get(name));
  });

  test("may be missing where it is optional", async () => {
    const data = await opened(
      spec(one, "wave", "optional"),
      labelled([{ wave: [1, 2, 3] }, {}, { wave: [] }, { wave: null }]),
    );
    const { features } = await wholeSplit(data, "sentiment", "train");
    expect([...(features.get("wave.present") ?? [])]).toEqual([1, 0, 0, 0]);
    expect([...(features.get("wave") ?? [])].slice(3).every((value) => value === 0)).toBe(true);
  });

  test.each<[Series, object, RegExp]>([
    [one, { wave: "no list" }, /it is not a list of steps/],
    [one, { wave: { a: 1 } }, /it is not a list of steps/],
    [one, { wave: [1, "x"] }, /step 2: "x" is not a finite number/],
    [one, { wave: [1, 1e39] }, /step 2: 1e\+39 is not a finite number/],
    [{ ...one, channels: 2 }, { wave: [[1, 2], [1]] }, /step 2 has 1 channel where 2 are declared/],
    [named, { wave: [[1, 2]] }, /it has 1 channel where 2 are declared: low, high/],
    [named, { wave: [[1, 2], [1]] }, /high has 1 step where low has 2/],
    [named, { wave: { low: [1], height: [1] } }, /high: it is not a list of numbers/],
    [named, { wave: [["a"], [1]] }, /low, step 1: "a" is not a finite number/],
  ])("that cannot be read is named: %#", async (modality, value, reason) => {
    const good = modality.channels === 1 ? [1] : typeof modality.channels === "number" ? [[1, 2]] : [[1], [2]];
    const data = await opened(spec(modality, "wave"), labelled([{ wave: good }, value]));
    expect(data.problems).toEqual([
      { file: "r.jsonl", row: 2, column: "wave", reason: expect.stringMatching(reason) as string },
    ]);
  });
});

describe("in a specification", () => {
  test("a series is tokens with a mask", () => {
    const { shapes, run } = inspect(
      'model m\nmodality wave: series(3, channels: ["low", "high"])\nstream s = wave\nstream v = mean(wave)',
    );
    expect(shapes).toEqual({ s: "tokens[3 × 2]", v: "vector[2]" });
    expect(
      run({ "feature/wave": [1, 2, 3, 4, 9, 9, 1, 2, 0, 0, 0, 0], "feature/wave.mask": [1, 1, 0, 1, 0, 0] }).v,
    ).toEqual([2, 3, 1, 2]);
  });

  test("channels without a name, or one twice, and too few columns, are errors", () => {
    const model = (series: string, columns = ""): string =>
      `model m\nmodality wave: ${series}\ntask t { from: mean(wave)  head: linear(1)  target: number("y") }\ndataset d { path: "d.csv"  ${columns}  tasks: [t] }`;
    for (const series of [
      "series(3, channels: [])",
      'series(3, channels: ["a", "a"])',
      "series(3, channels: 0)",
      "series(3, keep: middle)",
    ])
      expect(complaints(model(series)).length, series).toBeGreaterThan(0);
    expect(complaints(model('series(3, channels: ["a", "b", "c"])', 'columns: { wave: ["x", "y"] }'))).toContain(
      "wrong_type",
    );
    expect(complaints(model('series(3, channels: ["a", "b"])', 'columns: { wave: ["x", "y"] }'))).not.toContain(
      "wrong_type",
    );
  });

  test("mixed rows have the tokens of both, and a row that is not mixed its own", () => {
    const program = sound(`model m
modality wave: series(2)
task t { from: mean(wave)  head: linear(2)  target: category("c", classes: 2)  augment: mixup(alpha: 1) }
stage s { optimizer: sgd(rate: 1)  steps: 1 }
dataset d { path: "d.csv"  tasks: [t] }`);
    const { graph } = forwardOf(program, { mode: "train", batch: 3 });
    const given = {
      "feature/wave": [4, 0, 8, 8, 6, 2],
      "feature/wave.mask": [1, 0, 1, 1, 1, 1],
      "scalar/mixup": [0.5],
      row_weight: [1, 1, 1],
      "task.t.head.kernel": [1, -1],
      "task.t.head.bias": [0, 0],
      "feature/t.target": [0, 0, 1],
    };
    const logits = (more: object): readonly number[] =>
      (evaluate(graph, { ...given, ...more }).get("prediction/logits") ?? []).filter((_, index) => index % 2 === 0);
    expect(graph.inputs.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(given)));
    // Rows 0 and 2 meet: steps (4 + 6) ∕ 2 and (0 + 2) ∕ 2, both there.
    expect(logits({})).toEqual([3, 8, 3]);
    // Row 2 is padding: row 0 keeps its one step.
    expect(logits({ row_weight: [1, 1, 0] })[0]).toBe(4);
  });
});

test("a model of a series learns to tell rising from falling, however long", async () => {
  const random = generator(1, "series");
  const wave = (direction: number): number[] => {
    const start = 40 + 20 * random.uniform();
    return Array.from({ length: 6 + random.below(12) }, (_, step) => start + direction * step + random.normal());
  };
  const rows = Array.from({ length: 240 }, (_, row) => ({
    wave: wave(row % 2 === 0 ? 1 : -1),
    trend: row % 2 === 0 ? "up" : "down",
  }));
  const { value, predict } = await trained(
    `model trends
modality wave: series(steps: 16)
stream read = wave -> linear(16) -> positions -> transformer(layers: 1, heads: 2, dropout: 0%)
task trend { from: mean(read)  head: norm -> linear(2)  target: category("trend", classes: 2) }
dataset waves { path: "waves.jsonl"  tasks: [trend] }
stage fit { optimizer: adamw(rate: 1e-2)  batch: 16  epochs: 12 }
`,
    { "waves.jsonl": rows.map((row) => JSON.stringify(row)).join("\n") },
  );
  expect(value("accuracy")).toBeGreaterThan(0.9);
  const waves = Array.from({ length: 20 }, (_, row) => wave(row < 10 ? 1 : -1));
  const predicted = await predict(
    "trend",
    waves.map((each) => ({ wave: each })),
  );
  expect(predicted.filter((trend, index) => trend === (index < 10 ? "up" : "down")).length).toBeGreaterThan(16);
  expect(
    await predict(
      "trend",
      waves.map((each) => ({ wave: JSON.stringify(each) })),
    ),
  ).toEqual(predicted);
});
