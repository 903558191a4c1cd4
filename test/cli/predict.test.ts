import { parquetReadObjects } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { load } from "../../runtime/index.ts";
import { folderWith, mtl } from "./run.ts";

const specification = `model moods

modality words: text(max_length: 12, tokenizer: characters(40))
modality height: table(numeric: ["cm"])

task mood { from: mean(concat(words -> embed(8), optional height -> embed_columns(8)))  uses: [words, optional height]  head: linear(2)  target: category("mood", classes: ["bad", "good"]) }
task length { from: mean(words -> embed(8))  head: linear(1)  target: number("length") }

dataset sayings {
  path: "sayings.csv"
  columns: { words: "said" }
  split: { train: 60%, validation: 20%, test: 20% }
  tasks: [mood, length]
}

stage fit { optimizer: adamw(rate: 1e-2)  batch: 16  steps: 12 }
`;

const rows = [
  { id: "a-1", said: "xxx", cm: 170, mood: "bad" },
  { id: "a-2", said: "ooo, so", cm: 181.5, mood: "good" },
  { id: "a-3", said: 'xo"x', cm: 190, mood: "bad" },
];
const csv = (delimiter: string) =>
  [
    "id,said,cm,mood".replaceAll(",", delimiter),
    ...rows.map(({ id, said, cm, mood }) => [id, `"${said.replaceAll('"', '""')}"`, cm, mood].join(delimiter)),
  ].join("\n");
const lines = rows.map((row) => JSON.stringify(row)).join("\n");

let cwd: string;

beforeAll(async () => {
  const sayings = Array.from({ length: 40 }, (_, index) =>
    [index % 2 === 0 ? `ooo${index}` : `x${index}x`, 150 + index, index % 2 === 0 ? "good" : "bad", index / 10].join(
      ",",
    ),
  );
  cwd = folderWith({
    "moods.mtl": specification,
    "sayings.csv": `said,cm,mood,length\n${sayings.join("\n")}\n`,
    "rows.csv": csv(","),
    "rows.tsv": `\uFEFF${csv("\t")}`,
    "rows.jsonl": lines,
    "rows.json": JSON.stringify(rows),
    "parted.csv": csv(";").replaceAll(/;(\d+)\.(\d+);/g, ";$1,$2;"),
    "named.jsonl": rows.map(({ id, said, cm }) => JSON.stringify({ id, words: said, height: { cm } })).join("\n"),
  });
  writeFileSync(join(cwd, "rows.csv.gz"), gzipSync(csv(",")));
  const column = <Key extends keyof (typeof rows)[number]>(name: Key, type: "STRING" | "DOUBLE") => ({
    name,
    type,
    data: rows.map((row) => row[name]),
  });
  writeFileSync(
    join(cwd, "rows.parquet"),
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          column("id", "STRING"),
          column("said", "STRING"),
          column("cm", "DOUBLE"),
          column("mood", "STRING"),
        ],
      }),
    ),
  );
  expect((await mtl(["train", "moods.mtl", "--threads", "1"], { cwd })).code).toBe(0);
});

interface Line {
  readonly example: number;
  readonly task: string;
  readonly columns?: { readonly [column: string]: unknown };
  readonly [key: string]: unknown;
}

const predicted = async (args: readonly string[], stdin?: string) => {
  const { stdout, stderr, code } = await mtl(["predict", "runs/moods-0001", ...args, "--threads", "1"], {
    cwd,
    ...(stdin === undefined ? {} : { stdin }),
  });
  return {
    code,
    stderr,
    stdout,
    lines: stdout
      .trim()
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Line),
  };
};
const values = (all: readonly Line[]) =>
  all.map(({ example, task, class: name, probability, value }) => ({ example, task, name, probability, value }));

describe("every format that a data set may have", () => {
  test.each([
    "rows.csv",
    "rows.tsv",
    "rows.jsonl",
    "rows.json",
    "rows.csv.gz",
    "rows.parquet",
    "parted.csv",
    "r*.tsv",
    "named.jsonl",
  ])("%s", async (file) => {
    const expected = (await predicted(["rows.csv"])).lines;
    const found = await predicted([file]);
    expect([found.code, values(found.lines)]).toEqual([0, values(expected)]);
    expect(found.lines).toHaveLength(6);
    expect(found.lines[2]).toMatchObject({
      example: 1,
      task: "mood",
      columns: file === "named.jsonl" ? { id: "a-2" } : { id: "a-2", mood: "good" },
    });
  });

  test("has the file and the row number that an editor shows; stdin is read as JSON Lines", async () => {
    expect((await predicted(["rows.csv"])).lines.map(({ file, row }) => [file, row]).slice(0, 3)).toEqual([
      ["rows.csv", 2],
      ["rows.csv", 2],
      ["rows.csv", 3],
    ]);
    expect(values((await predicted([], lines)).lines)).toEqual(values((await predicted(["rows.csv"])).lines));
  });
});

test("a table without a task's columns skips that task, or is refused if the task was requested, with a suggested column", async () => {
  writeFileSync(join(cwd, "typo.csv"), "sayd,cm\nooo,1\n");
  const { code, stderr } = await predicted(["typo.csv", "--task", "mood"]);
  expect([code, stderr]).toEqual([
    4,
    expect.stringContaining(
      'typo.csv has no column "said", which task "mood" needs for words.\nhelp: Did you mean "sayd"?',
    ) as string,
  ]);
});

describe("a row that cannot be used", () => {
  const broken = "id,said,cm\na,ooo,1\nb,xxx,tall\nc,xox,3\n";
  test("is skipped and named, ends the prediction, or is kept with the reason", async () => {
    writeFileSync(join(cwd, "broken.csv"), broken);
    const reported = await predicted(["broken.csv", "--task", "mood"]);
    expect([reported.code, reported.lines.map(({ columns }) => columns?.["id"])]).toEqual([0, ["a", "c"]]);
    expect(reported.stderr).toContain('broken.csv:3 cannot be used: height: cm: "tall" is not a finite number.');
    expect((await predicted(["broken.csv", "--task", "mood", "--bad-rows", "refuse"])).code).toBe(4);
    const kept = await predicted(["broken.csv", "--task", "mood", "--bad-rows", "keep"]);
    expect(kept.lines.map(({ example, error }) => [example, typeof error])).toEqual([
      [0, "undefined"],
      [1, "string"],
      [2, "undefined"],
    ]);
    // The other task can still use the row.
    expect((await predicted(["broken.csv"])).lines.filter(({ task }) => task === "length")).toHaveLength(3);
  });

  test("is an error where there is no other", async () => {
    writeFileSync(join(cwd, "bad.csv"), "said,cm\nooo,tall\n");
    const { code, stderr } = await predicted(["bad.csv", "--task", "mood"]);
    expect([code, stderr]).toEqual([4, expect.stringContaining("No example could be used.") as string]);
  });
});

describe("what is written", () => {
  test("to a CSV file has the row's other columns beside the predictions", async () => {
    expect((await predicted(["rows.csv", "--output", "out.csv"])).stdout).toBe("");
    const [header, first] = readFileSync(join(cwd, "out.csv"), "utf8").split("\r\n");
    expect(header).toBe(
      "id,mood,example,file,row,mood.class,mood.probability,mood.probabilities.bad,mood.probabilities.good,length.value",
    );
    expect(first).toMatch(/^a-1,bad,0,rows\.csv,2,(?:bad|good),0\.\d+,0\.\d+,0\.\d+,-?[\d.]+$/);
  });

  test("to a Parquet file has the same values", async () => {
    await predicted(["rows.csv", "--output", "out.parquet", "--columns", "id,said"]);
    const bytes = readFileSync(join(cwd, "out.parquet"));
    const read = await parquetReadObjects({
      file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    });
    const expected = (await predicted(["rows.csv", "--task", "mood"])).lines;
    expect(read.map((row) => [row["id"], row["said"], row["mood.class"], row["mood.probability"], row["row"]])).toEqual(
      expected.map((line, index) => [
        rows[index]?.id,
        rows[index]?.said,
        line["class"],
        line["probability"],
        line["row"],
      ]),
    );
  });

  test("has the format of --format, and a file name without a known extension is refused", async () => {
    expect((await predicted(["rows.csv", "--format", "csv", "--columns", "none"])).stdout).toMatch(
      /^example,file,row,mood\.class/,
    );
    expect((await predicted(["rows.csv", "--output", "out.xlsx"])).code).toBe(2);
    expect((await predicted(["rows.csv", "--format", "parquet"])).code).toBe(2);
  });
});

test("a text on the command line is used as it is, and --input-file names a file with a text", async () => {
  writeFileSync(join(cwd, "said.txt"), "ooo, so\n");
  const [asText, asFile] = [
    await predicted(["--input", "words=ooo, so", "--task", "mood"]),
    await predicted(["--input-file", "words=said.txt", "--task", "mood"]),
  ];
  expect(values(asFile.lines)).toEqual(values(asText.lines));
  expect((await predicted(["--input", "height={}"])).stderr).toContain(
    "The example cannot be used: words: it has no words.",
  );
});

describe("a labelled table that is not part of the run's data", () => {
  test("is measured by its predictions, and no file is written", async () => {
    const before = readFileSync(join(cwd, "runs/moods-0001/eval/test.json"), "utf8");
    const { lines: found } = await predicted(["rows.csv", "--task", "mood"]);
    const right = found.filter((line) => line["class"] === line.columns?.["mood"]).length;
    const { code, stdout } = await mtl(["eval", "runs/moods-0001", "--data", "rows.parquet", "--json"], { cwd });
    const measured = JSON.parse(stdout) as readonly {
      readonly task: string;
      readonly name: string;
      readonly value: number;
    }[];
    // The table has no label of the other task.
    expect([code, measured.map(({ task, name }) => `${task} ${name}`), measured[1]?.value]).toEqual([
      0,
      ["mood loss", "mood accuracy"],
      right / 3,
    ]);
    expect(readFileSync(join(cwd, "runs/moods-0001/eval/test.json"), "utf8")).toBe(before);
  });

  test("without labels is refused", async () => {
    writeFileSync(join(cwd, "unlabelled.csv"), "said,cm\nooo,1\n");
    const { code, stderr } = await mtl(["eval", "runs/moods-0001", "--data", "unlabelled.csv"], { cwd });
    expect([code, stderr]).toEqual([
      4,
      expect.stringContaining(
        'unlabelled.csv has no column "mood", which data set "sayings" needs for the target of task "mood"',
      ) as string,
    ]);
  });
});

test("a folder of texts has an example in each file, and a class folder of the training data is read as in training", async () => {
  const here = folderWith({
    "letters.mtl": `model letters
modality words: text(max_length: 12, tokenizer: characters(40))
task tone { from: mean(words -> embed(8))  head: linear(2)  target: category("class", classes: 2) }
dataset letters { path: "letters"  columns: { words: "file" }  split: { train: 80%, validation: 10%, test: 10% }  tasks: [tone] }
stage fit { optimizer: adamw(rate: 5e-2)  batch: 8  epochs: 20 }
`,
  });
  for (const [tone, letter] of [
    ["poor", "x"],
    ["good", "o"],
  ] as const) {
    mkdirSync(join(here, "letters", tone), { recursive: true });
    for (let index = 0; index < 20; index++)
      writeFileSync(join(here, "letters", tone, `${index}.txt`), `${letter.repeat(1 + (index % 7))}\n`);
  }
  expect((await mtl(["train", "letters.mtl", "--threads", "1"], { cwd: here })).code).toBe(0);
  mkdirSync(join(here, "asked"));
  // The names of the files carry no information.
  for (const [name, said] of [
    ["a.txt", "ooo"],
    ["b.txt", "xxxx"],
  ] as const)
    writeFileSync(join(here, "asked", name), said);
  const { stdout } = await mtl(["predict", "runs/letters-0001", "asked"], { cwd: here });
  expect(
    stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Line)
      .map((line) => [line["file"], line["class"]]),
  ).toEqual([
    ["asked/a.txt", "good"],
    ["asked/b.txt", "poor"],
  ]);
  const scored = await mtl(["eval", "runs/letters-0001", "--data", "letters", "--json"], { cwd: here });
  expect(JSON.parse(scored.stdout)).toMatchObject([{ name: "loss" }, { task: "tone", name: "accuracy", value: 1 }]);
  const single = await mtl(["predict", "runs/letters-0001", "asked/a.txt"], { cwd: here });
  expect(JSON.parse(single.stdout)).toMatchObject({ file: "asked/a.txt", class: "good" });
});

test("the API gives the same results, row by row", async () => {
  const model = await load(join(cwd, "runs/moods-0001"), { folder: cwd, threads: 1 });
  const found = [];
  for await (const row of model.predictRows({ paths: ["rows.jsonl"] }, { tasks: ["mood"], carry: ["id"] }))
    found.push([row.row, row.columns["id"], row.predictions["mood"]?.kind]);
  expect(found).toEqual([
    [1, "a-1", "category"],
    [2, "a-2", "category"],
    [3, "a-3", "category"],
  ]);
  await model.dispose();
});
