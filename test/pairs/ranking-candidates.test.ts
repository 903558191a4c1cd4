import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { compileToFolder } from "../../runtime/export/compile-to-folder.ts";
import { load } from "../../runtime/model/load.ts";
import type { Candidate, ContrastivePrediction, TrainedModel } from "../../runtime/index.ts";
import { generator } from "../../runtime/random/generator.ts";
import { topScores } from "../../runtime/retrieval/top-scores.ts";
import { folderWith, mtl } from "../cli/run.ts";

const random = generator(3, "ranking candidates");
const numbers = (): readonly number[] => Array.from({ length: 4 }, () => Math.round(100 * random.normal()) / 100);
const rowOf = (_: unknown, index: number) => ({
  id: `row ${index}`,
  left: numbers(),
  right: numbers(),
  k: index % 2 === 0 ? "a" : "b",
});
const rows = Array.from({ length: 40 }, rowOf);
const lines = (table: readonly object[]): string => table.map((row) => `${JSON.stringify(row)}\n`).join("");

/** A task of two towers, one whose first vector is of both modalities, two that read both values by one network, and one that matches nothing. */
const specification = `model towers
modality left: tensor([4])
modality right: tensor([4])
layer see = mlp(hidden: 8, outputs: 4)
layer told = mlp(hidden: 8, outputs: 4)
stream both = concat([left -> see, right -> told, (left -> see) * (right -> told)])
task match { from: (left -> see, right -> told)  target: contrastive(left, right, width: 4) }
task mixed { from: ((left -> see) * (right -> told), right -> told)  target: contrastive(left, right, width: 4) }
task pair { from: both -> linear(1)  target: matching(left, right) }
task agree { from: both -> linear(2)  target: aligned(left, right) }
task kind { from: left -> see -> linear(2)  target: category("k", classes: 2) }
dataset rows { path: "rows.jsonl"  tasks: all }
stage fit { tasks: all  step: joint  optimizer: adamw(rate: 1e-2)  batch: 16  steps: 2 }
stage again { tasks: [match]  optimizer: adamw(rate: 1e-2)  batch: 16  steps: 1 }
`;

let cwd = "";
let model: TrainedModel;

beforeAll(async () => {
  cwd = folderWith({
    "towers.mtl": specification,
    "rows.jsonl": lines(rows),
    "rights.jsonl": lines(rows.slice(0, 9).map(({ id, right }) => ({ id, right }))),
    "lefts.jsonl": lines(rows.slice(0, 9).map(({ id, left }) => ({ id, left }))),
    "asked.jsonl": lines([{ left: [1, 2, 3, 4], note: "first" }, { left: "no numbers" }, { left: [0, 0, 1, 0] }]),
  });
  expect((await mtl(["train", "towers.mtl", "--threads", "1"], { cwd })).code).toBe(0);
  model = await load(join(cwd, run), { folder: cwd, engine: "onnx", threads: 1 });
}, 60_000);
afterAll(async () => {
  await model.dispose();
  rmSync(cwd, { recursive: true });
});

const run = "runs/towers-0001";
const predict = (...argv: readonly string[]) => mtl(["predict", run, "--threads", "1", ...argv], { cwd });
const objects = (stdout: string) =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown> & { readonly candidate: Candidate });

type Pair = Pick<(typeof rows)[number], "left" | "right">;

/** The indices of candidates by falling score of their pairs with a query, each pair predicted by itself. */
async function orderByPairs(task: string, pairs: readonly Pair[]) {
  const scores = (await model.predictAll(pairs, { task })).map((prediction) =>
    prediction.kind === "aligned" ? prediction.probability : (prediction as ContrastivePrediction).score,
  );
  return { scores, order: [...scores.keys()].sort((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0)) };
}

test("the highest scores are chosen, of equal ones the earlier, and NaN last", () => {
  expect(topScores(Float32Array.of(1, 3, NaN, 3, 2), 3)).toEqual([1, 3, 4]);
  expect(topScores(Float32Array.of(NaN, 0), 5)).toEqual([1, 0]);
});

describe.each(["match", "mixed", "pair", "agree"])("task %s ranks values as it scores their pairs", (task) => {
  test.each([
    ["left", "rights.jsonl"],
    ["right", "lefts.jsonl"],
  ] as const)("for a value of %s", async (query, table) => {
    const candidates = await model.candidates({ paths: [table] }, { task });
    expect(candidates).toMatchObject({ task, query, count: 9 });
    const asked = rows.slice(20, 22);
    const ranked = await candidates.rank(
      asked.map((row) => ({ [query]: row[query] })),
      { top: 4 },
    );
    for (const [at, row] of asked.entries()) {
      const pairs = rows.slice(0, 9).map(({ left, right }) => ({ left, right, [query]: row[query] }));
      const { scores, order } = await orderByPairs(task, pairs);
      expect(ranked[at]?.map(({ candidate }) => candidate.index)).toEqual(order.slice(0, 4));
      expect(ranked[at]?.map(({ rank }) => rank)).toEqual([1, 2, 3, 4]);
      for (const { candidate, score } of ranked[at] ?? []) expect(score).toBeCloseTo(scores[candidate.index] ?? NaN, 5);
    }
  });
});

test("candidates have vectors where the score of a pair is the product of two, and else it is said why not", async () => {
  const why = async (task: string) => (await model.candidates({ paths: ["rights.jsonl"] }, { task })).whyAllPairs;
  expect(await why("match")).toBeUndefined();
  expect(await why("mixed")).toBe("The vector of left in task mixed is computed from right too.");
  expect(await why("pair")).toContain("one network that reads both values");
});

describe("mtl predict --against", () => {
  test("writes a line for each candidate, the best first, with the cells of both rows", async () => {
    const argv = ["asked.jsonl", "--task", "match", "--against", "rights.jsonl", "--top", "2"];
    const { code, stdout, stderr } = await predict(...argv);
    expect(code).toBe(0);
    expect(stderr).toContain("asked.jsonl:2 cannot be used: left");
    const found = objects(stdout);
    expect(found.map(({ example, row, task, rank }) => [example, row, task, rank])).toEqual([
      [0, 1, "match", 1],
      [0, 1, "match", 2],
      [2, 3, "match", 1],
      [2, 3, "match", 2],
    ]);
    expect(found[0]?.["columns"]).toEqual({ note: "first" });
    const { index, file, row, columns } = found[0]?.candidate ?? {};
    expect({ file, row, columns }).toEqual({
      file: "rights.jsonl",
      row: (index ?? 0) + 1,
      columns: { id: `row ${index}`, right: rows[index ?? 0]?.right },
    });
  });

  test("writes CSV and Parquet with a line for each candidate", async () => {
    const argv = [
      "asked.jsonl",
      "--task",
      "match",
      "--against",
      "rights.jsonl",
      "--top",
      "1",
      "--candidate-columns",
      "id",
    ];
    const { stdout } = await predict(...argv, "--format", "csv");
    const [head, first = ""] = stdout.split("\r\n");
    expect(head).toBe(
      "note,example,file,row,match.rank,match.score,match.candidate,match.candidate.file,match.candidate.row,match.candidate.id",
    );
    expect(first).toMatch(/^first,0,asked\.jsonl,1,1,-?[\d.]+,(\d+),rights\.jsonl,\d+,row \1$/u);
    expect((await predict(...argv, "--output", "ranked.parquet")).code).toBe(0);
    expect(readFileSync(join(cwd, "ranked.parquet")).subarray(0, 4).toString()).toBe("PAR1");
  });

  test("ranks in the direction that the tables allow, or that --query names", async () => {
    const candidates = async (...argv: readonly string[]) =>
      Object.keys(
        objects((await predict("--task", "match", "--top", "1", ...argv)).stdout)[0]?.candidate.columns ?? {},
      );
    // All rows have both values.
    expect(await candidates("rows.jsonl", "--against", "rows.jsonl", "--candidate-columns", "others")).toEqual([
      "id",
      "left",
      "k",
    ]);
    expect(
      await candidates("rows.jsonl", "--against", "rows.jsonl", "--candidate-columns", "others", "--query", "right"),
    ).toEqual(["id", "right", "k"]);
    expect(await candidates("rights.jsonl", "--against", "rows.jsonl", "--candidate-columns", "others")).toEqual([
      "id",
      "right",
      "k",
    ]);
    expect(
      await candidates("--input", "right=[1,2,3,4]", "--against", "rows.jsonl", "--candidate-columns", "others"),
    ).toEqual(["id", "right", "k"]);
  });

  test("says why each pair is scored by itself", async () => {
    const { stdout, stderr } = await predict(
      "lefts.jsonl",
      "--task",
      "pair",
      "--against",
      "rights.jsonl",
      "--top",
      "3",
    );
    expect(objects(stdout)).toHaveLength(27);
    expect(stderr).toContain("one network that reads both values");
    expect(stderr).toContain("each of the 9 candidates");
  });

  test("refuses what cannot be ranked, and options that are for ranking only", async () => {
    const refused = async (...argv: readonly string[]) => (await predict(...argv)).stderr;
    expect(await refused("lefts.jsonl", "--against", "rights.jsonl")).toContain(
      "Name one of them: match, mixed, pair, agree.",
    );
    expect(await refused("lefts.jsonl", "--task", "kind", "--against", "rights.jsonl")).toContain(
      "ranks no values of other rows",
    );
    expect(await refused("lefts.jsonl", "--task", "match", "--top", "3")).toContain("--against TABLE");
    expect(await refused("lefts.jsonl", "--task", "match", "--query", "k", "--against", "rights.jsonl")).toContain(
      "It matches left with right",
    );
    expect(await refused("lefts.jsonl", "--task", "match", "--against", "asked.jsonl")).toContain(
      'has no column "right"',
    );
  });
});

describe("an index", () => {
  const index = (...argv: readonly string[]) =>
    predict("lefts.jsonl", "--task", "match", "--against", "rights.jsonl", ...argv);

  test("ranks as its table does, without the table", async () => {
    const { stdout } = await index("--index", "rights.safetensors");
    const again = await predict("lefts.jsonl", "--against", "rights.safetensors");
    expect(again.stdout).toBe(stdout);
    expect(objects(stdout)).toHaveLength(81);
  });

  test("is refused by other weights, where it is damaged, and where it is none", async () => {
    await index("--index", "rights.safetensors");
    const other = await predict("lefts.jsonl", "--against", "rights.safetensors", "--stage", "fit");
    expect(other.code).toBe(4);
    expect(other.stderr).toContain("rights.safetensors has vectors of other weights than the model");
    expect(other.stderr).toContain("--index rights.safetensors");
    const bytes = readFileSync(join(cwd, "rights.safetensors"));
    writeFileSync(join(cwd, "short.safetensors"), bytes.subarray(0, bytes.length - 3));
    expect((await predict("lefts.jsonl", "--against", "short.safetensors")).code).toBe(4);
    const weights = await predict("lefts.jsonl", "--against", `${run}/model/model.safetensors`);
    expect(weights.stderr).toContain("does not hold candidates");
  });

  test("is not written where candidates have no vectors", async () => {
    const { code, stderr } = await predict(
      "lefts.jsonl",
      "--task",
      "agree",
      "--against",
      "rights.jsonl",
      "--index",
      "x.safetensors",
    );
    expect(code).toBe(2);
    expect(stderr).toContain("Candidates cannot be saved.");
  });
});

test("a compiled folder has a graph of each vector, which needs its own modality alone", async () => {
  const folder = join(cwd, "compiled");
  const kinds = ["first_vector", "second_vector"] as const;
  const { graphs } = await compileToFolder(folder, {
    source: join(cwd, run),
    formats: ["onnx"],
    graphs: kinds,
    tasks: ["match"],
  });
  expect(graphs.map(({ kind, inputs }) => [kind, inputs.map(({ name }) => name)])).toEqual([
    ["first_vector", ["feature/left"]],
    ["second_vector", ["feature/right"]],
  ]);
  const { left = [] } = rows[0] ?? {};
  const session = await InferenceSession.create(join(folder, graphs[0]?.onnx ?? ""), { intraOpNumThreads: 1 });
  const outputs = await session.run({ "feature/left": new Tensor("float32", Float32Array.from(left), [1, 4]) });
  const [vector = new Float32Array(0)] = await model.vectors([{ left }], { task: "match", modality: "left" });
  for (const [at, value] of vector.entries()) expect(outputs["prediction/first"]?.data[at]).toBeCloseTo(value, 6);
  expect(vector).toHaveLength(4);
});

describe("tasks that match values", () => {
  const verb = async (...argv: readonly string[]) => {
    const { code, stdout, stderr } = await mtl(argv, { cwd });
    expect([code, stderr.includes("error:")], `${argv.join(" ")}: ${stdout}${stderr}`).toEqual([0, false]);
    return stdout;
  };

  test("are checked, drawn and expanded", async () => {
    expect(await verb("check", "towers.mtl", "--cost")).toContain("task match");
    expect(await verb("graph", "towers.mtl", "--format", "mermaid")).toContain("vectors of left and right");
    expect(await verb("expand", "towers.mtl")).toContain("target: matching(first: left, second: right");
  });

  test("have statistics, synthetic data and a smoke test", async () => {
    expect(await verb("data", "stats", "towers.mtl")).toContain("agree");
    await verb("data", "synth", "towers.mtl", "--rows", "30", "--out", "made");
    await verb("smoke", "made/towers.mtl", "--steps", "1");
  });

  test("have a report, and their streams can be inspected", async () => {
    await verb("report", run);
    const report = readFileSync(join(cwd, run, "report.html"), "utf8");
    for (const metric of ["recall_at_1", "median_rank", "mrr"]) expect(report).toContain(metric);
    expect(await verb("inspect", run, "both", "--task", "pair")).toContain("both: vector, float32[12]");
  });
});
