import {
  columnFromArray,
  decimal128,
  float64,
  int64,
  list,
  tableFromArrays,
  tableFromColumns,
  tableToIPC,
  uint64,
} from "@uwdata/flechette";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import type { ResolvedDataset, ResolvedModality, ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { createExampleEncoder } from "../../runtime/data/batch/encode-examples.ts";
import { exactJson } from "../../runtime/data/cells/exact-json.ts";
import { type OpenedData, openData } from "../../runtime/data/open-data.ts";
import { decodeSound } from "../../runtime/data/sound/decode-sound.ts";
import { readTable } from "../../runtime/data/tables/read-table.ts";
import { wav } from "../../runtime/synth/wav.ts";
import { allTrain, folderWith, reviews, sentiment, specification, wholeSplit } from "./fixture.ts";

const table = {
  kind: "table",
  numeric: ["n"],
  categorical: [["k", 4]],
  missing: [],
} as const satisfies ResolvedModality;

function spec(path: string, dataset: Partial<ResolvedDataset> = {}, classes = 2): ResolvedSpecification {
  return specification({
    modalities: { seen: table },
    tasks: {
      sentiment: {
        ...sentiment,
        target: { kind: "category", column: "label", classes },
        inputs: [{ modality: "seen", optional: false }],
      },
    },
    datasets: {
      reviews: { ...reviews, path, columns: { seen: ["n", "k"], label: "label" }, split: allTrain, ...dataset },
    },
  });
}

async function open(
  files: Parameters<typeof folderWith>[0],
  path: string,
  ...more: [Partial<ResolvedDataset>?, number?]
): Promise<OpenedData> {
  return openData({ specification: spec(path, ...more), root: await folderWith(files), cache: "none" });
}

async function cellsOf(path: string, content: string | Uint8Array): Promise<readonly unknown[]> {
  return (await readTable({ path: `${await folderWith({ [path]: content })}/${path}`, name: path })).rows.map(
    ({ values }) => values["x"],
  );
}

const arrow = (columns: Parameters<typeof tableFromColumns>[0]): Uint8Array =>
  tableToIPC(tableFromColumns(columns), {}) ?? new Uint8Array();
const parquet = (
  columnData: Parameters<typeof parquetWriteBuffer>[0]["columnData"],
  schema?: Parameters<typeof parquetWriteBuffer>[0]["schema"],
): Uint8Array => new Uint8Array(parquetWriteBuffer({ columnData, ...(schema ? { schema } : {}) }));

describe("whole numbers beyond those of doubles", () => {
  const ids = [9007199254740993n, 9007199254740992n, -9007199254740993n, 5n];
  const jsonLines = ids.map((id, index) => `{"x": ${id}, "n": ${index}, "k": ${id}, "label": ${id}}`);

  test.each<[string, string | Uint8Array]>([
    ["x.jsonl", jsonLines.join("\n")],
    ["x.json", `[${jsonLines.join(",")}]`],
    ["x.parquet", parquet([{ name: "x", data: ids, type: "INT64" }])],
    ["x.arrow", tableToIPC(tableFromArrays({ x: ids }, { types: { x: int64() } }), {}) ?? new Uint8Array()],
  ])("keep all of their digits in %s", async (path, content) => {
    expect((await cellsOf(path, content)).map(String)).toEqual(ids.map(String));
  });

  test("of 64 bits without a sign, and within lists, too", async () => {
    const large = 18446744073709551615n;
    expect(
      await cellsOf(
        "x.arrow",
        tableToIPC(tableFromArrays({ x: [large] }, { types: { x: uint64() } }), {}) ?? new Uint8Array(),
      ),
    ).toEqual([String(large)]);
    expect(await cellsOf("x.arrow", arrow({ x: columnFromArray([[large, 1n]], list(uint64())) }))).toEqual([
      [String(large), 1],
    ]);
    expect(await cellsOf("x.jsonl", `{"x": [${large}, {"y": [${large}, 0.5]}]}`)).toEqual([
      [String(large), { y: [String(large), 0.5] }],
    ]);
  });

  test("are classes, categories and examples of their own, and bad rows where a number is asked for", async () => {
    const data = await open({ "x.jsonl": jsonLines.join("\n") }, "x.jsonl", {}, 4);
    expect(data.preprocessing.classes).toEqual({
      sentiment: ["-9007199254740993", "5", "9007199254740992", "9007199254740993"],
    });
    expect(data.preprocessing.categories?.["seen"]?.["k"]).toHaveLength(4);
    const encoder = createExampleEncoder({
      specification: spec("x.jsonl", {}, 4),
      preprocessing: data.preprocessing,
      folder: ".",
    });
    const { features } = await wholeSplit(data, "sentiment", "train");
    for (const k of [exactJson(String(ids[0])), ids[0]]) {
      const asked = await encoder.encode({ pass: "sentiment", size: 1, examples: [{ seen: { n: 0, k } }] });
      expect(asked.features.get("seen.ids")).toEqual(features.get("seen.ids")?.slice(0, 2));
    }
    const counted = await open(
      { "x.jsonl": '{"n": 9007199254740993, "k": 1, "label": 0}\n{"n": 1, "k": 1, "label": 1}' },
      "x.jsonl",
    );
    expect(counted.problems.map(({ row, reason }) => `${row}: ${reason}`)).toEqual([
      expect.stringMatching(/^1: n: "9007199254740993" is an integer with more digits/),
    ]);
  });

  test("keep groups apart", async () => {
    const rows = Array.from(
      { length: 40 },
      (_, index) => `{"n": 1, "k": 1, "label": ${index % 2}, "g": ${9007199254740993n + BigInt(index)}}`,
    ).join("\n");
    const split = { kind: "shares", train: 0.5, validation: 0.5, test: 0, group: "g" } as const;
    // Were they merged, two and two would be on one side.
    const ofText = await open({ "x.jsonl": rows.replaceAll(/"g": (\d+)/g, '"g": "$1"') }, "x.jsonl", { split });
    expect((await open({ "x.jsonl": rows }, "x.jsonl", { split })).rows("sentiment", "train")).toBe(
      ofText.rows("sentiment", "train"),
    );
  });

  test.each([
    "0.1",
    "1e21",
    "123456789012345678e3",
    '"12345678901234567890"',
    '{"a\\\\": "\\"12345678901234567890"}',
    "[0.1234567890123456789, 1234567890123456.5]",
    "1000000000000000000",
    "-12345678901234567e-5",
  ])("JSON that doubles hold is as it was: %s", (text) => {
    expect(exactJson(text)).toEqual(JSON.parse(text));
  });

  test.each(["[1234567890123456789", '{"a": 01234567890123456789}', "12345678901234567890 1"])(
    "what is no JSON is none: %s",
    (text) => {
      expect(() => exactJson(text)).toThrow(SyntaxError);
    },
  );
});

describe("decimals", () => {
  // Decimals as counts of hundredths.
  const unscaled = [9007199254740993n, 9007199254740992n, -57n, 0n, 500n];
  const said = ["90071992547409.93", "90071992547409.92", "-0.57", "0", "5"];

  test.each([18, 38])("keep all of their digits in Parquet, of a precision of %i", async (precision) => {
    const type =
      precision <= 18 ? { type: "INT64" as const } : { type: "FIXED_LEN_BYTE_ARRAY" as const, type_length: 16 };
    const schema = [
      { name: "root", num_children: 1 },
      {
        name: "x",
        ...type,
        converted_type: "DECIMAL" as const,
        scale: 2,
        precision,
        repetition_type: "REQUIRED" as const,
      },
    ];
    const cells = await cellsOf("x.parquet", parquet([{ name: "x", data: unscaled }], schema));
    expect(cells.map(String)).toEqual(said);
    expect(cells.slice(2)).toEqual([-0.57, 0, 5]);
  });

  test("keep them in Arrow, in lists as well", async () => {
    expect((await cellsOf("x.arrow", arrow({ x: columnFromArray(unscaled, decimal128(20, 2)) }))).map(String)).toEqual(
      said,
    );
    expect(
      await cellsOf(
        "x.arrow",
        arrow({
          x: columnFromArray([[-0.5], [0], [5.25]], list(decimal128(20, 2))),
          y: columnFromArray([1.5, 2, 3], float64()),
        }),
      ),
    ).toEqual([[-0.5], [0], [5.25]]);
  });
});

describe("NaN in a columnar file is a gap", () => {
  const gaps = { n: [1, Number.NaN, 3, 4], k: [1, 2, Number.NaN, 2], label: [0, 1, 0, Number.NaN] };
  test.each<[string, Uint8Array]>([
    ["x.parquet", parquet(Object.entries(gaps).map(([name, data]) => ({ name, data, type: "DOUBLE" as const })))],
    [
      "x.feather",
      arrow(Object.fromEntries(Object.entries(gaps).map(([name, data]) => [name, columnFromArray(data, float64())]))),
    ],
  ])("of %s: no class, no category, no number, no target", async (path, content) => {
    const data = await open({ [path]: content }, path);
    expect(data.problems).toEqual([]);
    expect(data.preprocessing.classes).toEqual({ sentiment: ["0", "1"] });
    expect(data.preprocessing.categories).toEqual({ seen: { k: ["1", "2"] } });
    // The row without a target does not count; the other numbers are 1 and 3.
    expect(data.preprocessing.statistics?.["seen.numbers"]?.means).toEqual([2]);
    const { features } = await wholeSplit(data, "sentiment", "train");
    expect([...(features.get("seen.ids") ?? [])]).toEqual([1, 4, 0, 5, 1, 2]);
  });

  test("in a list as null is", async () => {
    expect(await cellsOf("x.arrow", arrow({ x: columnFromArray([[1, Number.NaN]], list(float64())) }))).toEqual([
      [1, null],
    ]);
  });
});

describe("labels in a text file", () => {
  const tags = (classes: number | readonly string[], csv: string) => async (): Promise<OpenedData> =>
    openData({
      specification: specification({
        tasks: { sentiment: { ...sentiment, target: { kind: "labels", column: "label", classes } } },
        datasets: { reviews: { ...reviews, split: allTrain } },
      }),
      root: await folderWith({ "reviews.csv": csv }),
      cache: "none",
    });

  test("are a list as JSON has it, or names with | between", async () => {
    const data = await tags(
      2,
      'words,label\na,"[""blue""]"\nb,"[""red"", ""blue""]"\nc,[]\nd,red|blue\ne,"[""red"""\n',
    )();
    expect(data.preprocessing.classes).toEqual({ sentiment: ["blue", "red"] });
    expect(data.problems).toEqual([
      { file: "reviews.csv", row: 6, column: "label", reason: "it is not a list of labels" },
    ]);
    expect([...((await wholeSplit(data, "sentiment", "train")).features.get("sentiment.target") ?? [])]).toEqual([
      1, 0, 1, 1, 0, 0, 1, 1,
    ]);
  });

  test("may be called as JSON would be read", async () => {
    const data = await tags(["[sic]", "b"], "words,label\na,[sic]\nb,b\n")();
    expect(data.problems).toEqual([]);
  });
});

describe("lines of a CSV file", () => {
  const bad = async (csv: string): Promise<readonly number[]> =>
    (await open({ "x.csv": csv }, "x.csv")).problems.map(({ row }) => row);

  test("are counted as editors count them, whatever ends them and whatever stands in quotes", async () => {
    for (const end of ["\r\n", "\n"]) {
      const csv = [
        "n,k,label,text",
        `1,a,0,"x${end}y${end}z"`,
        "",
        `one,a,0,"${end}"`,
        `2,b,1,"""${end}"""`,
        "two,b,1,",
      ].join(end);
      expect(await bad(csv)).toEqual([6, 10]);
    }
  });

  test("may end in different ways within one file", async () => {
    const data = await open({ "x.csv": "n,k,label\r\n1,a,yes\n2,b,no\r\n3,a,yes\r4,b,no\nfive,b,no" }, "x.csv");
    expect(data.rows("sentiment", "train")).toBe(4);
    expect(data.preprocessing.classes).toEqual({ sentiment: ["no", "yes"] });
    expect(data.problems.map(({ row, reason }) => `${row}: ${reason}`)).toEqual([
      '6: n: "five" is not a finite number',
    ]);
  });
});

test("lines of JSON Lines may end in different ways, too", async () => {
  const data = await open(
    {
      "x.jsonl":
        '{"n": 1, "k": "a", "label": "yes"}\r\n{"n": 2, "k": "b", "label": "no"}\r{"n": "five", "k": "b", "label": "no"}\n\r\n{"n": "six", "k": "b", "label": "no"}',
    },
    "x.jsonl",
  );
  expect(data.rows("sentiment", "train")).toBe(2);
  expect(data.problems.map(({ row }) => row)).toEqual([3, 5]);
});

describe("of several files", () => {
  const rows = [
    { n: 1, k: "a", label: "yes" },
    { n: 2, k: "b", label: "no" },
  ];
  const ofParquet = (count: number): Uint8Array =>
    parquet([
      { name: "n", data: rows.slice(0, count).map(({ n }) => n), type: "DOUBLE" },
      { name: "k", data: rows.slice(0, count).map(({ k }) => k), type: "STRING" },
      { name: "label", data: rows.slice(0, count).map(({ label }) => label), type: "STRING" },
    ]);

  test.each<[string, string | Uint8Array, string | Uint8Array]>([
    [".parquet", ofParquet(2), ofParquet(0)],
    [".csv", "n,k,label\n1,a,yes\n2,b,no\n", "n,k,label\n"],
    [".csv", "n,k,label\n1,a,yes\n2,b,no\n", ""],
    [".jsonl", rows.map((row) => JSON.stringify(row)).join("\n"), ""],
    [".json", JSON.stringify(rows), "[]"],
  ])("one without rows is no mistake: %s", async (ending, full, empty) => {
    const data = await open(
      { [`p/0${ending}`]: empty, [`p/1${ending}`]: full, [`p/2${ending}`]: empty },
      `p/*${ending}`,
    );
    expect(data.rows("sentiment", "train")).toBe(2);
    await expect(open({ [`p/0${ending}`]: empty, [`p/2${ending}`]: empty }, `p/*${ending}`)).rejects.toMatchObject({
      kind: "data",
      message: `p/0${ending} has no rows.`,
    });
  });

  test("objects of one may lack what all of another have; a column that none has is a mistake", async () => {
    const [first, second] = [
      rows.map(({ n, label }) => JSON.stringify({ n, label })).join("\n"),
      rows.map((row) => JSON.stringify(row)).join("\n"),
    ];
    expect((await open({ "p/0.jsonl": first, "p/1.jsonl": second }, "p/*.jsonl")).rows("sentiment", "train")).toBe(4);
    await expect(open({ "p/0.jsonl": first }, "p/*.jsonl")).rejects.toThrow('p/0.jsonl has no column "k"');
    await expect(open({ "p/0.csv": "n,label\n1,yes\n", "p/1.csv": "n,k,label\n2,b,no\n" }, "p/*.csv")).rejects.toThrow(
      'p/0.csv has no column "k"',
    );
  });

  test("a column that is all gaps is no mistake", async () => {
    for (const [path, content] of [
      ["x.csv", "n,k,label\n,,yes\n,b,no\n,,yes\n"],
      ["x.jsonl", '{"n": null, "k": null, "label": "yes"}\n{"n": null, "k": "b", "label": "no"}'],
      [
        "x.parquet",
        parquet([
          { name: "n", data: [null, null], type: "DOUBLE" },
          { name: "k", data: [null, "b"], type: "STRING" },
          { name: "label", data: ["yes", "no"], type: "STRING" },
        ]),
      ],
    ] as const) {
      const data = await open({ [path]: content }, path);
      expect(data.rows("sentiment", "train")).toBeGreaterThan(0);
      expect(data.preprocessing.statistics).toEqual({ "seen.numbers": { means: [0], deviations: [1] } });
    }
  });
});

describe("a WAV file", () => {
  const samples = Float32Array.from({ length: 80 }, (_, at) => Math.sin(at / 5) / 2);
  const chunk = (name: string, bytes: readonly number[], pad: readonly number[] = []): Uint8Array =>
    Buffer.concat([
      Buffer.from(name, "latin1"),
      Uint8Array.of(bytes.length, 0, 0, 0),
      Uint8Array.from(bytes),
      Uint8Array.from(pad),
    ]);
  const plain = wav([samples], 8000);

  test.each([
    ["with the byte that fills it up", chunk("LIST", [1, 2, 3], [0])],
    ["without it, as some write it", chunk("note", [1, 2, 3])],
    ["twice", Buffer.concat([chunk("LIST", [7], [0]), chunk("id3 ", [1, 2, 3, 4, 5], [0])])],
  ])("may have a chunk of odd length before its samples, %s", async (_, odd) => {
    for (const at of [12, 36]) {
      const { samples: read } = await decodeSound(Buffer.concat([plain.subarray(0, at), odd, plain.subarray(at)]));
      expect(read).toEqual((await decodeSound(plain)).samples);
    }
  });

  test.each([Number.NaN, Infinity])("whose samples are not all numbers is a bad row: %s", async (value) => {
    const view = Buffer.alloc(44 + 4 * 4);
    plain.subarray(0, 44).forEach((byte, at) => view.writeUInt8(byte, at));
    // Format 3: samples of float32.
    view.writeUInt16LE(3, 20);
    view.writeUInt32LE(8000 * 4, 28);
    view.writeUInt16LE(4, 32);
    view.writeUInt16LE(32, 34);
    view.writeUInt32LE(16, 40);
    for (const [at, sample] of [0.5, -0.5, value, 0].entries()) view.writeFloatLE(sample, 44 + 4 * at);
    await expect(decodeSound(view)).rejects.toThrow(`its sample 2 is ${value}, which is not a finite number`);
  });
});
