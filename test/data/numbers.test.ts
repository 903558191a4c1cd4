import { describe, expect, test } from "vitest";
import type {
  ResolvedDataset,
  ResolvedModality,
  ResolvedSpecification,
  ResolvedTask,
} from "../../compiler/schema/resolved.ts";
import { type Semantics, currentSemantics } from "../../compiler/semantics.ts";
import { createExampleEncoder } from "../../runtime/data/batch/encode-examples.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { ColumnMoments } from "../../runtime/data/fit/standardise.ts";
import { allTrain, folderWith, reviews, sentiment, specification, wholeSplit } from "./fixture.ts";

const table = { kind: "table", numeric: ["x"], missing: [] } as const satisfies ResolvedModality;
const series = { kind: "series", steps: 2, channels: 1, keep: "last" } as const satisfies ResolvedModality;
const tensor = { kind: "tensor", shape: [1] } as const satisfies ResolvedModality;
const regions = { kind: "regions", max_regions: 1, width: 1 } as const satisfies ResolvedModality;

function spec(
  modality: ResolvedModality,
  dataset: Partial<ResolvedDataset> = {},
  target: ResolvedTask["target"] = sentiment.target,
  semantics: Semantics = currentSemantics,
): ResolvedSpecification {
  return {
    ...specification({
      modalities: { seen: modality },
      tasks: { sentiment: { ...sentiment, target, inputs: [{ modality: "seen", optional: false }] } },
      datasets: {
        reviews: { ...reviews, path: "r.jsonl", columns: { seen: "x", label: "label" }, split: allTrain, ...dataset },
      },
    }),
    semantics,
  };
}

const jsonLines = (rows: readonly object[]): string => rows.map((row) => JSON.stringify(row)).join("\n");
const problemsOf = async (of: ResolvedSpecification, content: string, path = "r.jsonl"): Promise<readonly string[]> =>
  (await openData({ specification: of, root: await folderWith({ [path]: content }), cache: "none" })).problems.map(
    ({ row, reason }) => `${row}: ${reason}`,
  );

describe("numbers that float32 does not tell apart", () => {
  const seconds = Array.from({ length: 64 }, (_, index) => 1_700_000_000 + index);
  // The standardised values are those of scikit-learn's StandardScaler: the deviation of 0 … 63 is √((64² − 1) ∕ 12).
  const standardised = seconds.map((_, index) => (index - 31.5) / Math.sqrt((64 ** 2 - 1) / 12));

  test.each<[string, ResolvedModality, (second: number) => unknown, string]>([
    ["table", table, (second) => second, "seen.numbers"],
    ["series", { ...series, steps: 1 }, (second) => [second], "seen"],
  ])("are standardised as they are in the file: a %s", async (_, modality, cell, feature) => {
    const root = await folderWith({
      "r.jsonl": jsonLines(seconds.map((second, index) => ({ x: cell(second), label: index % 2 }))),
    });
    const data = await openData({ specification: spec(modality), root, cache: "none" });
    const { features } = await wholeSplit(data, "sentiment", "train");
    for (const [row, value] of [...(features.get(feature) ?? [])].entries())
      expect(value).toBeCloseTo(standardised[row] ?? Number.NaN, 6);
    const encoder = createExampleEncoder({
      specification: spec(modality),
      preprocessing: data.preprocessing,
      folder: root,
    });
    const { features: asked } = await encoder.encode({
      pass: "sentiment",
      size: 1,
      examples: [{ seen: cell(seconds[63] ?? 0) }],
    });
    expect([...(asked.get(feature) ?? [])]).toEqual([Math.fround(standardised[63] ?? 0)]);
  });

  test("are as they were where memory is too small to keep them, and for a model from before they were told apart", async () => {
    const root = await folderWith({
      "r.jsonl": jsonLines(seconds.map((second, index) => ({ x: second, label: index % 2 }))),
    });
    const open = (semantics: Semantics, memoryBytes?: number) =>
      openData({
        specification: spec(table, {}, sentiment.target, semantics),
        root,
        cache: "none",
        ...(memoryBytes === undefined ? {} : { memoryBytes }),
      });
    const numbers = async (data: Awaited<ReturnType<typeof open>>) =>
      (await wholeSplit(data, "sentiment", "train")).features.get("seen.numbers");
    expect(await numbers(await open(currentSemantics, 20))).toEqual(await numbers(await open(currentSemantics)));
    expect(new Set(await numbers(await open(1))).size).toBeLessThan(3);
  });

  test("have the deviation that they have, however large they are, and none where they are equal", () => {
    const moments = new ColumnMoments(2);
    for (const offset of [0, 1, 2, 3]) moments.add([2 ** 52 + offset, 0.1]);
    expect(moments.statistics()).toEqual({ means: [2 ** 52 + 2, 0.1], deviations: [Math.sqrt(1.25), 1] });
  });
});

describe("what metrics count with", () => {
  test("is a row's weight as the file has it, and as float32 has it for the graph", async () => {
    const root = await folderWith({
      "r.jsonl": jsonLines([
        { x: 1, label: 0, w: 0.1 },
        { x: 2, label: 1, w: 16777217 },
      ]),
    });
    const batch = await wholeSplit(
      await openData({ specification: spec(table, { weight: "w" }), root, cache: "none" }),
      "sentiment",
      "train",
    );
    expect(batch.weights).toEqual(Float64Array.of(0.1, 16777217));
    expect(batch.rowWeight).toEqual(Float32Array.of(0.1, 16777216));
  });

  test("are grades of candidates as the file has them", async () => {
    const of = spec(
      tensor,
      { columns: { seen: [{ kind: "each", column: "x", max_candidates: 3 }], label: "label" } },
      { kind: "ranking", column: "label" },
    );
    const candidates = { most: 3, parts: { seen: ["each"] } } as const;
    const [task] = Object.values(of.tasks);
    const root = await folderWith({ "r.jsonl": jsonLines([{ x: [[1], [2]], label: [0.1, 0] }]) });
    const batch = await wholeSplit(
      await openData({
        specification: { ...of, tasks: { sentiment: { ...(task as ResolvedTask), candidates } } },
        root,
        cache: "none",
      }),
      "sentiment",
      "train",
    );
    expect(batch.exact?.get("sentiment.target")).toEqual(Float64Array.of(0.1, 0, -1));
    expect(batch.features.get("sentiment.target")).toEqual(Float32Array.of(0.1, 0, -1));
  });
});

describe("a number beyond float32 is a bad row", () => {
  test.each<[string, ResolvedSpecification, object, object]>([
    ["table", spec(table), { x: 1, label: 0 }, { x: 1e39, label: 0 }],
    ["series", spec(series), { x: [1], label: 0 }, { x: [1e39], label: 0 }],
    ["tensor", spec(tensor), { x: [1], label: 0 }, { x: [1e39], label: 0 }],
    [
      "regions",
      spec(regions),
      { x: { features: [[1]], boxes: [[0, 0, 1, 1]] }, label: 0 },
      { x: { features: [[1e39]], boxes: [[0, 0, 1, 1]] }, label: 0 },
    ],
    ["the weight of a row", spec(table, { weight: "w" }), { x: 1, label: 0, w: 1 }, { x: 1, label: 0, w: 1e39 }],
    [
      "a target",
      spec(table, {}, { kind: "number", column: "label", standardise: false }),
      { x: 1, label: 0 },
      { x: 1, label: -1e39 },
    ],
  ])("%s", async (_, of, good, bad) => {
    expect(await problemsOf(of, jsonLines([good, bad]))).toEqual([
      expect.stringMatching(/^2: .*1e\+39 is not a finite number in float32/),
    ]);
  });

  test("a weight that float32 takes for none is one too", async () => {
    expect(
      await problemsOf(
        spec(table, { weight: "w" }),
        jsonLines([
          { x: 1, label: 0, w: 0 },
          { x: 1, label: 0, w: 1e-46 },
        ]),
      ),
    ).toEqual(["2: the weight 1e-46 is too small for float32"]);
  });
});

describe("the text of a number", () => {
  test.each([
    "12",
    " 12 ",
    "+12",
    "-.5",
    "12.",
    "1e5",
    "1E-5",
    "9007199254740992",
    "1152921504606846976",
    "1152921504606847000",
    "12345678901234567.5",
  ])("is a decimal number: %s", async (text) => {
    const csv = `x,label\n"${text}",a\n`;
    const root = await folderWith({ "r.csv": csv });
    const data = await openData({ specification: spec(table, { path: "r.csv" }), root, cache: "none" });
    expect(data.problems).toEqual([]);
    expect(data.preprocessing.statistics?.["seen.numbers"]?.means).toEqual([Number(text)]);
    for (const [modality, cell] of [
      [table, text],
      [series, [text]],
      [tensor, [text]],
    ] as const)
      expect(await problemsOf(spec(modality), jsonLines([{ x: cell, label: "a" }]))).toEqual([]);
    expect(
      await problemsOf(spec(table, { weight: "w" }), jsonLines([{ x: 1, label: "a", w: text.replace("-", "") }])),
    ).toEqual([]);
  });

  test.each([
    "0x1F",
    "0b1",
    "0o7",
    "1_000",
    "Infinity",
    "-Infinity",
    "NaN",
    "1e",
    "12 kg",
    "1,5",
    "--1",
    "9007199254740993",
  ])("is nothing else: %s", async (text) => {
    const reason = text.startsWith("900")
      ? /is an integer with more digits than a number can hold: it would be read as 9007199254740992/
      : /is not a finite number/;
    const named = [expect.stringMatching(reason)];
    expect(await problemsOf(spec(table, { path: "r.csv" }), `x,label\n"${text}",a\n1,b\n`, "r.csv")).toEqual(named);
    for (const [modality, bad, good] of [
      [table, text, 1],
      [series, [text], [1]],
      [tensor, [text], [1]],
    ] as const) {
      expect(
        await problemsOf(
          spec(modality),
          jsonLines([
            { x: bad, label: "a" },
            { x: good, label: "b" },
          ]),
        ),
      ).toEqual(named);
      const preprocessing = (
        await openData({
          specification: spec(modality),
          root: await folderWith({ "r.jsonl": jsonLines([{ x: good, label: "b" }]) }),
          cache: "none",
        })
      ).preprocessing;
      const encoder = createExampleEncoder({ specification: spec(modality), preprocessing, folder: "." });
      await expect(encoder.encode({ pass: "sentiment", size: 1, examples: [{ seen: bad }] })).rejects.toThrow(reason);
    }
  });
});
