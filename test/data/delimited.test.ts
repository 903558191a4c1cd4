import { describe, expect, test } from "vitest";
import type { ResolvedDataset, ResolvedModality, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { type OpenedData, openData } from "../../runtime/data/open-data.ts";
import { readTable } from "../../runtime/data/tables/read-table.ts";
import { allTrain, folderWith, reviews, sentiment, specification, wholeSplit } from "./fixture.ts";

async function tableOf(
  text: string,
  name = "a.csv",
): Promise<{ readonly columns: readonly string[]; readonly values: readonly unknown[] }> {
  const { columns, rows } = await readTable({ path: `${await folderWith({ [name]: text })}/${name}`, name });
  return { columns, values: rows.map(({ values }) => values) };
}

describe("what is between the cells", () => {
  test.each([
    ["semicolons", "a;b\n1;2\n"],
    ["tabs", "a\tb\n1\t2\n"],
    ["bars", "a|b\n1|2\n"],
    ["commas, whatever is in quotes", '"a";"b"\n"1";"2"\n'],
  ])("is what the header has: %s", async (_, text) => {
    expect(await tableOf(text)).toEqual({ columns: ["a", "b"], values: [{ a: "1", b: "2" }] });
    expect(await tableOf(text, "a.tsv")).toEqual({ columns: ["a", "b"], values: [{ a: "1", b: "2" }] });
  });

  test("is a comma where there is one, or where the header is one column", async () => {
    expect((await tableOf("a;x,b\n1;2,3\n")).columns).toEqual(["a;x", "b"]);
    expect((await tableOf('"a;b|c"\n1\n')).columns).toEqual(["a;b|c"]);
    expect((await tableOf('"of two\nlines;";b\n1;2\n')).columns).toEqual(["of two\nlines;", "b"]);
  });

  const row: ResolvedModality = { kind: "table", numeric: ["size"], missing: [] };
  const price: ResolvedTask = {
    ...sentiment,
    name: "price",
    target: { kind: "number", column: "price", standardise: false },
    inputs: [{ modality: "row", optional: false }],
  };
  const houses: ResolvedDataset = {
    ...reviews,
    name: "houses",
    path: "houses.csv",
    columns: { row: "size" },
    split: allTrain,
    tasks: ["price"],
  };
  const open = async (text: string, more: Partial<ResolvedDataset> = {}): Promise<OpenedData> =>
    openData({
      specification: specification({
        modalities: { row },
        tasks: { price },
        datasets: { houses: { ...houses, ...more } },
      }),
      root: await folderWith({ "houses.csv": text }),
      cache: "none",
    });
  const prices = async (data: OpenedData): Promise<readonly number[]> => [
    ...((await wholeSplit(data, "price", "train")).features.get("price.target") ?? []),
  ];

  test("and a decimal comma in its numbers are said", async () => {
    const data = await open("size;price\n1,5;2,25\n2;3.5\n");
    expect(await prices(data)).toEqual([2.25, 3.5]);
    expect(data.notes).toEqual([
      "The cells of houses.csv are separated by semicolons; write delimiter: semicolon to fix this.",
      "houses.csv writes numbers with a decimal comma; write decimal: comma to fix this.",
    ]);
  });

  test("can be declared, and nothing is said then", async () => {
    const data = await open("size;price,\n1,5;1.234,5\n2;-1.000\n", {
      delimiter: "semicolon",
      decimal: "comma",
      columns: { row: "size", price: "price," },
    });
    expect(await prices(data)).toEqual([1234.5, -1000]);
    expect(data.notes).toEqual([]);
    expect((await open("size;price\n1;2,5\n2;3\n", { decimal: "point" })).problems.map(({ reason }) => reason)).toEqual(
      ['"2,5" is not a finite number'],
    );
  });

  test("is no reason to take a comma in quotes for a fraction", async () => {
    expect((await open('size,price\n1,"2,5"\n2,3\n')).problems.map(({ reason }) => reason)).toEqual([
      '"2,5" is not a finite number',
    ]);
  });

  test("a cell that most likely says nothing is a bad row that names the way out", async () => {
    expect((await open("size,price\n1,NA\n2,3\n4,?\n")).problems.map(({ reason }) => reason)).toEqual([
      '"NA" is not a finite number; if it means a missing value, declare missing: ["NA"]',
      '"?" is not a finite number; if it means a missing value, declare missing: ["?"]',
    ]);
  });
});

describe("folders of a class folder that are named as splits", () => {
  const animal: ResolvedTask = {
    ...sentiment,
    name: "animal",
    target: { kind: "category", column: "class", classes: 4 },
    inputs: [{ modality: "words", optional: false }],
  };
  const notes: ResolvedDataset = {
    ...reviews,
    name: "notes",
    path: "notes",
    columns: { words: "file" },
    tasks: ["animal"],
  };
  const folder = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [`notes/${name}`, name]));
  const open = async (files: Record<string, string>, semantics: 1 | 2 = 2): Promise<OpenedData> =>
    openData({
      specification: { ...specification({ tasks: { animal }, datasets: { notes } }), semantics },
      root: await folderWith(files),
      cache: "none",
    });
  const counts = (data: OpenedData): readonly number[] => [
    data.rows("animal", "train"),
    data.rows("animal", "validation"),
    data.rows("animal", "test"),
  ];

  test("are the splits, and the classes are below them", async () => {
    const data = await open(
      folder("train/cat/1.txt", "train/dog/2.txt", "val/cat/3.txt", "Test/dog/4.txt", "test/dog/5.txt"),
    );
    expect([data.preprocessing.classes["animal"], counts(data)]).toEqual([
      ["cat", "dog"],
      [2, 1, 2],
    ]);
    expect(data.notes[0]).toBe("The folders of notes with the names of splits are its splits.");
  });

  test("give a tenth of train for validation where none is for it", async () => {
    const names = Array.from({ length: 60 }, (_, index) => `train/${index % 2 === 0 ? "cat" : "dog"}/${index}.txt`);
    const [train = 0, validation = 0, test = 0] = counts(await open(folder(...names, "test/cat/1.txt")));
    expect([train + validation, test]).toEqual([60, 1]);
    expect(validation).toBeGreaterThan(0);
  });

  test("are refused beside others, without train, and without classes; one among others is a class", async () => {
    await expect(open(folder("train/cat/1.txt", "test/cat/2.txt", "more/cat/3.txt"))).rejects.toThrow(
      'The folder notes has "test", "train", which are splits, next to "more".',
    );
    await expect(open(folder("test/cat/2.txt", "val/cat/3.txt"))).rejects.toThrow('and no folder "train"');
    await expect(open(folder("train/1.txt", "test/2.txt"))).rejects.toThrow(
      "The folder notes has folders for splits, and no classes in them",
    );
    expect(
      (await open(folder("train/1.txt", "boat/2.txt", "boat/3.txt", "train/4.txt"))).preprocessing.classes["animal"],
    ).toEqual(["boat", "train"]);
  });

  test("stay classes to a model that was trained on them as such", async () => {
    expect(
      (
        await open(
          folder(
            "train/cat/1.txt",
            "test/cat/2.txt",
            "train/dog/3.txt",
            "test/cat/4.txt",
            "train/5.txt",
            "test/6.txt",
            "train/7.txt",
          ),
          1,
        )
      ).preprocessing.classes["animal"],
    ).toContain("train");
  });
});
