import { describe, expect, test } from "vitest";
import type { ResolvedDataset, ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { Data } from "../../runtime/data/data.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { statsOf } from "../../runtime/data/stats/data-stats.ts";
import { allTrain, folderWith, reviews, sentiment, specification } from "./fixture.ts";

const scored: ResolvedTask = { ...sentiment, target: { kind: "number", column: "label", standardise: true } };

/** Rows of which so many have no number. */
async function open(
  bad: number,
  all: number,
  given: ResolvedDataset["bad_rows"],
  more: { readonly preprocessing?: Data["preprocessing"] } = {},
): Promise<Data> {
  const table = `words,label\n${Array.from({ length: all }, (_, row) => `w${row},${row < bad ? "many" : row}`).join("\n")}\n`;
  return openData({
    specification: specification({
      tasks: { sentiment: scored },
      datasets: { reviews: { ...reviews, split: allTrain, bad_rows: given } },
    }),
    root: await folderWith({ "reviews.csv": table }),
    cache: "none",
    ...more,
  });
}

describe("a share of bad rows", () => {
  test("that is allowed is left out; one more ends it before anything is trained, with the first ones and the way out", async () => {
    expect((await open(5, 100, 0.05)).rows("sentiment", "train")).toBe(95);
    await expect(open(6, 100, 0.05)).rejects.toMatchObject({
      kind: "data",
      message: expect.stringMatching(
        /^Data set "reviews" has 6 bad rows of 100, 6 % where 5 % are allowed:\n {2}reviews\.csv:2: column "label": "many" is not a finite number\n[^]*… and 1 more$/,
      ),
      help: expect.stringContaining("bad_rows: 6%"),
    });
    expect((await open(60, 100, "report")).rows("sentiment", "train")).toBe(40);
    await expect(open(1, 100, "refuse")).rejects.toThrow("has 1 bad row of 100, and refuses them");
  });

  test("counts rows that are not even rows", async () => {
    const table = `words,label\n${Array.from({ length: 20 }, (_, row) => (row < 2 ? `w,${row},beyond` : `w${row},${row}`)).join("\n")}\n`;
    const root = await folderWith({ "reviews.csv": table });
    await expect(
      openData({
        specification: specification({
          tasks: { sentiment: scored },
          datasets: { reviews: { ...reviews, bad_rows: 0.05 } },
        }),
        root,
        cache: "none",
      }),
    ).rejects.toThrow("2 bad rows of 20, 10 % where 5 %");
  });

  test("was settled where a model has been trained", async () => {
    const { preprocessing } = await open(0, 100, 0.05);
    expect((await open(60, 100, 0.05, { preprocessing })).rows("sentiment", "train")).toBe(40);
  });
});

describe("names of classes", () => {
  const classes = (...names: readonly string[]): ResolvedTask => ({
    ...sentiment,
    target: { kind: "category", column: "label", classes: names },
  });
  const labelled = async (task: ResolvedTask, labels: readonly string[], given: ResolvedDataset["bad_rows"] = 0.9) => ({
    specification: specification({
      tasks: { sentiment: task },
      datasets: { reviews: { ...reviews, split: allTrain, bad_rows: given } },
    }),
    root: await folderWith({
      "reviews.csv": `words,label\n${labels.map((label, row) => `w${row},${label}`).join("\n")}\n`,
    }),
    cache: "none" as const,
  });
  const many = ["Cats", "dog", "bird", "Cats", "dog", "bird"];

  test("that are mistyped end it, with what was meant, however many bad rows are allowed", async () => {
    await expect(openData(await labelled(classes("cat", "dog", "bird"), many))).rejects.toMatchObject({
      kind: "data",
      message: 'Task "sentiment" has no class "Cats", which 2 of 6 rows have, first reviews.csv:2; no row has "cat".',
      help: expect.stringContaining('Did you mean "Cats" where "cat" is declared?'),
    });
    const { refused } = await statsOf(await labelled(classes("cat", "dog", "bird"), many));
    expect(refused).toEqual([expect.stringContaining('no class "Cats"')]);
  });

  test("of which some are left out on purpose are not: every declared class has rows, or it is said", async () => {
    expect((await openData(await labelled(classes("dog", "bird"), many))).rows("sentiment", "train")).toBe(4);
    expect(
      (await openData(await labelled(classes("cat", "dog", "bird"), many, "report"))).rows("sentiment", "train"),
    ).toBe(4);
  });

  test("of a single row are a slip", async () => {
    const labels = [...Array.from({ length: 300 }, (_, row) => (row % 2 === 0 ? "dog" : "bird")), "dgo"];
    expect((await openData(await labelled(classes("cat", "dog", "bird"), labels))).rows("sentiment", "train")).toBe(
      300,
    );
  });
});

describe("cells that say nothing", () => {
  test("are those that a target declares: such a row has no target, and no class is called so", async () => {
    const task: ResolvedTask = {
      ...sentiment,
      target: { kind: "category", column: "label", classes: 2, missing: ["NA", "?"] },
    };
    const root = await folderWith({ "reviews.csv": "words,label\na,yes\nb,NA\nc,no\nd, ? \ne,yes\n" });
    const data = await openData({
      specification: specification({
        tasks: { sentiment: task },
        datasets: { reviews: { ...reviews, split: allTrain } },
      }),
      root,
      cache: "none",
    });
    expect([data.rows("sentiment", "train"), data.preprocessing.classes["sentiment"], data.problems]).toEqual([
      3,
      ["no", "yes"],
      [],
    ]);
  });

  test("are those that a text declares", async () => {
    const modalities = {
      words: {
        kind: "text",
        max_length: 8,
        tokenizer: { kind: "characters", size: 64 },
        segments: 1,
        separators: "between",
        lowercase: false,
        missing: ["-"],
      },
    } as const;
    const root = await folderWith({ "reviews.csv": "words,label\na,yes\n-,no\nc,no\n" });
    const data = await openData({
      specification: specification({ modalities, datasets: { reviews: { ...reviews, split: allTrain } } }),
      root,
      cache: "none",
    });
    expect(data.problems).toEqual([{ file: "reviews.csv", row: 3, column: "words", reason: "it has no words" }]);
  });
});
