import { describe, expect, test } from "vitest";
import type { ResolvedModality, ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";
import { createExampleEncoder } from "../../runtime/data/batch/encode-examples.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { generator } from "../../runtime/random/generator.ts";
import { complaints, inspect, weightLines } from "../elaborate/harness.ts";
import { allTrain, folderWith, reviews, sentiment, specification, wholeSplit } from "./fixture.ts";
import { trained } from "./trained.ts";

const passenger = {
  kind: "table",
  numeric: ["age", "fare"],
  categorical: [
    ["sex", 2],
    ["port", 2],
  ],
  missing: ["NA"],
} as const satisfies ResolvedModality;
const columns = ["age", "fare", "sex", "port"];
// Ids: age 0 missing, 1 present; fare 2, 3; sex 4 missing, 5 unknown, 6 and 7; port 8, 9, 10, 11.

function spec(
  presence: "required" | "optional" = "required",
  changes: Partial<typeof specification extends (changes: infer C) => unknown ? C : never> = {},
): ResolvedSpecification {
  return specification({
    modalities: { passenger },
    tasks: { sentiment: { ...sentiment, inputs: [{ modality: "passenger", optional: presence === "optional" }] } },
    datasets: { reviews: { ...reviews, columns: { passenger: columns, label: "label" }, split: allTrain } },
    ...changes,
  });
}

const csv = "age,fare,sex,port,label\n10,5,f,S,yes\n30,NA,m,C,no\n,15,f,S,yes\n20,10,x,Q,no\n40,10,m,,no\n";
const idsOf = (features: ReadonlyMap<string, ArrayLike<number>>): number[][] => rows(features.get("passenger.ids"), 4);
const rows = (values: ArrayLike<number> | undefined, width: number): number[][] =>
  Array.from({ length: (values?.length ?? 0) / width }, (_, row) =>
    Array.from({ length: width }, (_each, column) => values?.[row * width + column] ?? Number.NaN),
  );

describe("a row of a table", () => {
  test("becomes an id for every column, and numbers that are standardised over the rows that have them", async () => {
    const data = await openData({
      specification: spec(),
      root: await folderWith({ "reviews.csv": csv }),
      cache: "none",
    });
    const { features } = await wholeSplit(data, "sentiment", "train");
    // The most frequent categories come first, of equally frequent ones the first by name; beyond two they are unknown.
    expect(data.preprocessing.categories).toEqual({ passenger: { sex: ["f", "m"], port: ["S", "C"] } });
    expect(idsOf(features)).toEqual([
      [1, 3, 6, 10],
      [1, 2, 7, 11],
      [0, 3, 6, 10],
      [1, 3, 5, 9],
      [1, 3, 7, 8],
    ]);
    // Ages 10, 30, 20, 40 have mean 25 and deviation √125; fares 5, 15, 10, 10 have mean 10 and deviation √12.5.
    const expected = [
      [-15 / Math.sqrt(125), -5 / Math.sqrt(12.5)],
      [5 / Math.sqrt(125), 0],
      [0, 5 / Math.sqrt(12.5)],
      [-5 / Math.sqrt(125), 0],
      [15 / Math.sqrt(125), 0],
    ];
    for (const [row, numbers] of rows(features.get("passenger.numbers"), 2).entries())
      for (const [column, number] of numbers.entries())
        expect(number).toBeCloseTo(expected[row]?.[column] ?? Number.NaN, 6);
  });

  test("is standardised by the training split alone, whose categories are the known ones", async () => {
    const split = { kind: "column", column: "set" } as const;
    const root = await folderWith({
      "reviews.csv": "age,fare,sex,port,label,set\n1,1,f,S,yes,train\n3,1,f,S,no,train\n1000,1,z,S,no,test\n",
    });
    const data = await openData({
      specification: spec("required", {
        datasets: { reviews: { ...reviews, columns: { passenger: columns, label: "label" }, split } },
      }),
      root,
      cache: "none",
    });
    expect(data.preprocessing.statistics).toEqual({ "passenger.numbers": { means: [2, 1], deviations: [1, 1] } });
    const { features } = await wholeSplit(data, "sentiment", "test");
    expect([...(features.get("passenger.numbers") ?? [])]).toEqual([998, 0]);
    expect(idsOf(features)[0]?.[2]).toBe(5);
  });

  test("keeps the order of its columns as it is written, whatever they are called", async () => {
    const model = (semantics: 1 | 2) =>
      compileProgram({
        entry: "m.mtl",
        semantics,
        host: createMemoryHost({
          "m.mtl": `model wards
modality x: table(categorical: { "10": 3, "2": 4 })
task t { from: x -> as_vector  head: linear(2)  target: category("y", 2) }
dataset d { path: "r.csv"  columns: { x: ["ten", "two"] }  tasks: [t]  split: { train: 100% } }
stage fit { optimizer: sgd(rate: 0.1)  steps: 1 }`,
        }),
      }).program?.specification;
    const root = await folderWith({ "r.csv": "ten,two,y\na,w,0\nb,x,1\nc,y,0\na,z,1\n" });
    const categories = async (semantics: 1 | 2) =>
      (await openData({ specification: model(semantics) ?? specification(), root, cache: "none" })).preprocessing
        .categories;
    expect(await categories(2)).toEqual({ x: { "10": ["a", "b", "c"], "2": ["w", "x", "y", "z"] } });
    // A model of an older semantics number keeps the order in which JavaScript lists these keys.
    expect(await categories(1)).toEqual({ x: { "2": ["a", "b", "c"], "10": ["w", "x", "y"] } });
  });

  test("reads the same from CSV and JSON, with columns of other names, and from one column of objects", async () => {
    const cells = [
      ["10", "5", "f", "S"],
      ["30", null, "m", "C"],
      [null, 15, "f", "S"],
    ];
    const label = ["yes", "no", "yes"];
    const root = await folderWith({
      "a.csv": "A,F,S,P,label\n10,5,f,S,yes\n30,,m,C,no\n,15,f,S,yes\n",
      "b.jsonl": cells
        .map((row, index) => JSON.stringify({ A: row[0], F: row[1], S: row[2], P: row[3], label: label[index] }))
        .join("\n"),
      "d.csv":
        "who,label\n" +
        cells
          .map(
            (row, index) =>
              `"${JSON.stringify(index === 0 ? row : Object.fromEntries(columns.map((column, place) => [column, row[place]]))).replaceAll('"', '""')}",${label[index]}`,
          )
          .join("\n"),
      "c.jsonl": cells
        .map((row, index) =>
          JSON.stringify({
            who: Object.fromEntries(columns.map((column, place) => [column, row[place]])),
            label: label[index],
          }),
        )
        .join("\n"),
    });
    const read = async (path: string, named: string | readonly string[]): Promise<unknown> => {
      const data = await openData({
        specification: spec("required", {
          datasets: { reviews: { ...reviews, path, columns: { passenger: named, label: "label" }, split: allTrain } },
        }),
        root,
        cache: "none",
      });
      expect(data.problems).toEqual([]);
      return (await wholeSplit(data, "sentiment", "train")).features;
    };
    const expected = await read("a.csv", ["A", "F", "S", "P"]);
    expect(await read("b.jsonl", ["A", "F", "S", "P"])).toEqual(expected);
    expect(await read("c.jsonl", "who")).toEqual(expected);
    expect(await read("d.csv", "who")).toEqual(expected);
  });

  test("has the same features as a raw example", async () => {
    const data = await openData({
      specification: spec(),
      root: await folderWith({ "reviews.csv": csv }),
      cache: "none",
    });
    const encoder = createExampleEncoder({ specification: spec(), preprocessing: data.preprocessing, folder: "." });
    const batch = await encoder.encode({
      pass: "sentiment",
      size: 5,
      examples: [
        { passenger: { age: 10, fare: "5", sex: "f", port: "S" } },
        { passenger: [30, null, "m", "C"] },
        { passenger: { fare: 15, sex: "f", port: "S" } },
        { passenger: { age: "20", fare: 10, sex: "x", port: "Q" } },
        { passenger: [40, 10, "m", "NA"] },
      ],
    });
    const { features } = await wholeSplit(data, "sentiment", "train");
    for (const [name, values] of batch.features) expect(values).toEqual(features.get(name));
  });

  test("may be missing altogether where it is optional, and so may its columns", async () => {
    for (const text of ["age,fare,sex,port,label\n1,2,f,S,yes\n,,,,no\n", "label\nyes\nno\n"]) {
      const data = await openData({
        specification: spec("optional"),
        root: await folderWith({ "reviews.csv": text }),
        cache: "none",
      });
      const { features } = await wholeSplit(data, "sentiment", "train");
      expect(data.problems).toEqual([]);
      expect(features.get("passenger.present")?.[1]).toBe(0);
      expect([...(features.get("passenger.numbers") ?? [])].slice(2)).toEqual([0, 0]);
    }
  });

  test.each<[string, string, RegExp]>([
    ["a word for a number", "1,2,f,S,yes\nold,2,f,S,no", /age: "old" is not a finite number/],
    ["a number beyond float32", "1,2,f,S,yes\n1,1e39,f,S,no", /fare: "1e39" is not a finite number/],
    ["nothing at all", "1,2,f,S,yes\n,NA,,,no", /it has no passenger/],
  ])("that cannot be read is named: %s", async (_, body, reason) => {
    const data = await openData({
      specification: spec(),
      root: await folderWith({ "reviews.csv": `age,fare,sex,port,label\n${body}\n` }),
      cache: "none",
    });
    expect(data.problems).toEqual([
      { file: "reviews.csv", row: 3, column: "age, fare, sex, port", reason: expect.stringMatching(reason) as string },
    ]);
  });

  test.each<[unknown, RegExp]>([
    [[1, 2], /it has 2 cells where 4 columns are declared/],
    [{ agee: 1 }, /"agee", which is not one of its columns/],
    ["text", /it has no cells where 4/],
    [{ age: [1] }, /age: \[1\] is neither a number nor a category/],
  ])("that a caller gives wrongly is explained: %j", async (value, message) => {
    const preprocessing = {
      version: 1,
      tokenizers: {},
      classes: { sentiment: ["a"] },
      categories: { passenger: { sex: [], port: [] } },
      statistics: { "passenger.numbers": { means: [0, 0], deviations: [1, 1] } },
    } as const;
    const encoder = createExampleEncoder({ specification: spec(), preprocessing, folder: "." });
    await expect(
      encoder.encode({ pass: "sentiment", size: 1, examples: [{ passenger: value }] }),
    ).rejects.toMatchObject({ kind: "data", message: expect.stringMatching(message) as string });
  });
});

test.each([
  ["no categories", { categories: {} }, /no categories for column "sex"/],
  [
    "more categories than declared",
    { categories: { passenger: { sex: ["a", "b", "c"], port: [] } } },
    /3 categories for column "sex" of "passenger", where 2 are declared/,
  ],
  [
    "statistics of another table",
    { statistics: { "passenger.numbers": { means: [0], deviations: [1] } } },
    /statistics of 1 columns for "passenger.numbers", where 2/,
  ],
])("preprocessing with %s is refused", (_, change, message) => {
  const fitted = {
    version: 1,
    tokenizers: {},
    classes: { sentiment: ["a"] },
    categories: { passenger: { sex: [], port: [] } },
    statistics: { "passenger.numbers": { means: [0, 0], deviations: [1, 1] } },
  } as const;
  expect(() =>
    createExampleEncoder({ specification: spec(), preprocessing: { ...fitted, ...change }, folder: "." }),
  ).toThrow(message);
});

describe("in a specification", () => {
  const model = (table: string, rest = ""): string => `model m\nmodality who: ${table}\n${rest}`;

  test("columns are tokens: a number times its vector plus one, a category's vector", () => {
    const { shapes, weights, run } = inspect(
      model('table(numeric: ["a", "b"], categorical: { c: 3 })', "stream s = who -> embed_columns(2)"),
    );
    expect(shapes.s).toBe("tokens[3 × 2]");
    expect(weightLines(weights)).toEqual(["s.rows.table [9 × 2]", "s.along_columns.slope [2 × 2]"]);
    const table = Array.from({ length: 18 }, (_, index) => index);
    const { s } = run({
      "feature/who.ids": [1, 2, 7, 0, 3, 4],
      "feature/who.numbers": [0.5, 0, 0, -2],
      "s.rows.table": table,
      "s.along_columns.slope": [1, 10, 100, 1000],
    });
    expect(s).toEqual([2 + 0.5, 3 + 5, 4, 5, 14, 15, 0, 1, 6 - 200, 7 - 2000, 8, 9]);
  });

  test("one vector holds the numbers and what every column is", () => {
    const { shapes, run } = inspect(
      model('table(numeric: ["a"], categorical: { c: 1 })', "stream s = who -> as_vector"),
    );
    expect(shapes.s).toBe("vector[6]");
    expect(run({ "feature/who.ids": [1, 4, 0, 2], "feature/who.numbers": [0.5, 0] }).s).toEqual([
      0.5, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0,
    ]);
  });

  test("categories alone need no numbers, and numbers no categories", () => {
    expect(
      inspect(model("table(categorical: { c: 3 })", "stream s = who -> embed_columns(2)\nstream v = who -> as_vector"))
        .shapes,
    ).toEqual({ s: "tokens[1 × 2]", v: "vector[5]" });
    expect(
      inspect(model('table("a", "b", "c")', "stream s = who -> embed_columns(2)\nstream v = who -> as_vector")).shapes,
    ).toEqual({ s: "tokens[3 × 2]", v: "vector[9]" });
  });

  test("a table without columns, with a column twice, or given too few columns, is an error", () => {
    const task = 'task t { from: mean(who -> embed_columns(2))  head: linear(1)  target: number("y") }';
    expect(complaints(model("table", task))).toContain("wrong_type");
    expect(complaints(model('table(numeric: ["a"], categorical: { a: 2 })', task))).toContain("wrong_type");
    const set = (columns: string): string => `${task}\ndataset d { path: "d.csv"  ${columns}  tasks: [t] }`;
    const table = 'table(numeric: ["a", "b", "c"])';
    expect(complaints(model(table, set('columns: { who: ["x", "y"] }')))).toContain("wrong_type");
    for (const columns of ['columns: { who: ["x", "y", "z"] }', 'columns: { who: "x" }', ""])
      expect(complaints(model(table, set(columns)))).not.toContain("wrong_type");
  });
});

test("a model of a table learns, keeps what it has learnt about the data, and predicts rows with missing cells", async () => {
  const random = generator(1, "table");
  const rows = Array.from({ length: 300 }, () => {
    const [age, sex] = [20 + 60 * random.uniform(), random.below(2)];
    return {
      age,
      sex: sex === 0 ? "f" : "m",
      height: random.below(5) === 0 ? "" : 100 * random.uniform(),
      label: age > 50 === (sex === 0) ? "yes" : "no",
    };
  });
  const { value, predict } = await trained(
    `model survivors
modality who: table(numeric: ["age", "height"], categorical: { sex: 2 })
stream read = who -> embed_columns(16) -> transformer(layers: 1, heads: 2, dropout: 0%)
task label { from: mean(read) + (who -> as_vector -> linear(16))  head: norm -> linear(2)  target: category("label", classes: 2) }
dataset people { path: "people.csv"  tasks: [label] }
stage fit { optimizer: adamw(rate: 1e-2)  batch: 32  epochs: 12 }
`,
    {
      "people.csv": [
        "age,sex,height,label",
        ...rows.map(({ age, sex, height, label }) => `${age},${sex},${height},${label}`),
      ].join("\n"),
    },
  );
  expect(value("accuracy")).toBeGreaterThan(0.9);
  expect(
    await predict("label", [
      { who: { age: 30, sex: "m" } },
      { who: { age: 30, sex: "f", height: 50 } },
      { who: [75, null, "f"] },
    ]),
  ).toEqual(["yes", "no", "yes"]);
});
