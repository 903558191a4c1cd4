import { describe, expect, test } from "vitest";
import type { ResolvedDataset, ResolvedTarget } from "../../compiler/schema/resolved.ts";
import type { Data } from "../../runtime/data/data.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { allTrain, folderWith, reviews, sentiment, specification } from "./fixture.ts";

type ClassWeights = Extract<ResolvedTarget, { kind: "category" }>["class_weights"];

const draw = { seed: 1, stage: "fit", epoch: 0 };
const csv = "words,label,w\na,yes,1\nb,no,1\nc,yes,1\nd,yes,3\n";

async function open(classWeights: ClassWeights, dataset: Partial<ResolvedDataset> = {}, table = csv): Promise<Data> {
  const root = await folderWith({ "reviews.csv": table });
  const target = {
    ...sentiment.target,
    ...(classWeights === undefined ? {} : { class_weights: classWeights }),
  } as ResolvedTarget;
  return openData({
    specification: specification({
      tasks: { sentiment: { ...sentiment, target } },
      datasets: { reviews: { ...reviews, split: allTrain, ...dataset } },
    }),
    root,
    cache: "none",
  });
}

/** The weights of all rows of a split, and of one row of padding. */
async function rowWeights(
  data: Data,
  request: Partial<Parameters<Data["batch"]>[0]> = { draw },
): Promise<readonly number[]> {
  const rows = Array.from({ length: data.rows("sentiment", request.split ?? "train") }, (_, row) => row);
  return [
    ...(await data.batch({ task: "sentiment", split: "train", rows, size: rows.length + 1, ...request })).rowWeight,
  ];
}

const close = (expected: readonly number[]): readonly unknown[] => expected.map((each) => expect.closeTo(each, 6));

describe("weights of classes", () => {
  test("in the order of the classes, which is that of their names", async () => {
    expect(await rowWeights(await open([5, 0.5]))).toEqual([0.5, 5, 0.5, 0.5, 0]);
  });

  test.each([
    ["whole numbers are in the order of numbers", "words,label\na,10\nb,2\nc,-1\n", ["-1", "2", "10"], [3, 2, 1, 0]],
    ["so are numbers of any kind", "words,label\na,10.0\nb,1e1\nc,9.5\n", ["9.5", "10.0", "1e1"], [2, 3, 1, 0]],
    [
      "and whole ones beyond those of doubles",
      "words,label\na,9007199254740993\nb,9007199254740992\nc,-9007199254740993\n",
      ["-9007199254740993", "9007199254740992", "9007199254740993"],
      [3, 2, 1, 0],
    ],
    ["where one is no number, all are names", "words,label\na,10\nb,2\nc,x\n", ["10", "2", "x"], [1, 2, 3, 0]],
  ])("in the order of the classes: %s", async (_, table, order, weights) => {
    const target = { ...sentiment.target, classes: 3, class_weights: [1, 2, 3] } as ResolvedTarget;
    const data = await openData({
      specification: specification({
        tasks: { sentiment: { ...sentiment, target } },
        datasets: { reviews: { ...reviews, split: allTrain } },
      }),
      root: await folderWith({ "reviews.csv": table }),
      cache: "none",
    });
    expect(data.preprocessing.classes).toEqual({ sentiment: order });
    expect(await rowWeights(data)).toEqual(weights);
  });

  test("by name; a class without one has 1", async () => {
    expect(await rowWeights(await open([["no", 5]]))).toEqual([1, 5, 1, 1, 0]);
  });

  test("balanced: n ∕ (k·nᶜ) in the training split, three rows of one class and one of the other", async () => {
    expect(await rowWeights(await open("balanced"))).toEqual(close([4 / 6, 4 / 2, 4 / 6, 4 / 6, 0]));
  });

  test("balanced counts a row by its weight, and multiplies it", async () => {
    // 1 + 1 + 3 of `yes`, 1 of `no`.
    expect(await rowWeights(await open("balanced", { weight: "w" }))).toEqual(
      close([6 / 10, 6 / 2, 6 / 10, (3 * 6) / 10, 0]),
    );
  });

  test("balanced counts the training split alone", async () => {
    const split = { kind: "column", column: "part" } as const;
    const table = "words,label,part\na,yes,train\nb,no,train\nc,yes,validation\nd,yes,test\n";
    expect(await rowWeights(await open("balanced", { split }, table))).toEqual([1, 1, 0]);
  });

  test("are for training: whatever is measured sees rows as they are", async () => {
    const data = await open([5, 0.5]);
    expect(await rowWeights(data, {})).toEqual([1, 1, 1, 1, 0]);
  });

  test("of a class that the data does not have is refused, with those that there are", async () => {
    await expect(open([["maybe", 2]])).rejects.toMatchObject({
      name: "UserError",
      kind: "data",
      message: expect.stringContaining('"maybe"'),
      help: expect.stringContaining('"no", "yes"'),
    });
  });
});

describe("weights of rows", () => {
  test("that cannot be used are named by file, row and column", async () => {
    const { problems } = await open(undefined, { weight: "w" }, "words,label,w\na,yes,1\nb,no,-1\nc,no,heavy\nd,no,\n");
    expect(problems).toEqual([
      { file: "reviews.csv", row: 3, column: "w", reason: expect.stringContaining("-1") },
      { file: "reviews.csv", row: 4, column: "w", reason: expect.stringContaining("heavy") },
      { file: "reviews.csv", row: 5, column: "w", reason: expect.any(String) },
    ]);
  });
});
