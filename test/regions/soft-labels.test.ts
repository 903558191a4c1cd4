import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compileFile } from "../../runtime/compile.ts";
import { openData } from "../../runtime/data/open-data.ts";

const specification = (soft: string): string => `model answers
modality x: tensor([2])
task answer { from: x -> linear(3)  target: labels("answers", classes: ["yes", "no", "two"]${soft})  loss: binary_cross_entropy(reduction: sum)  metrics: [soft_accuracy] }
dataset rows { path: "rows.jsonl"  split: { train: 100%, validation: 0%, test: 0% }  tasks: [answer]  bad_rows: report }
stage fit { optimizer: adamw(rate: 1e-2)  batch: 4  steps: 1 }
`;

async function read(answers: readonly unknown[], soft: string) {
  const folder = mkdtempSync(join(tmpdir(), "mtl-soft-"));
  writeFileSync(
    join(folder, "rows.jsonl"),
    answers.map((each) => `${JSON.stringify({ x: [0, 1], answers: each })}\n`).join(""),
  );
  writeFileSync(join(folder, "answers.mtl"), specification(soft));
  const { program } = compileFile(join(folder, "answers.mtl"));
  const data = await openData({ specification: program.specification, root: folder, cache: "none" });
  const size = data.rows("answer", "train");
  const rows = Array.from({ length: size }, (_, row) => row);
  const batch = await data.batch({ task: "answer", split: "train", size, rows });
  const shares = Array.from(batch.features.get("answer.target") ?? [], (share) => Number(share.toFixed(6)));
  return { shares, problems: data.problems.map(({ reason }) => reason) };
}

test("a cell of soft labels has the share of each label; a list of names has 1 for each", async () => {
  const { shares, problems } = await read(
    [{ yes: 0.6, no: 0.3 }, '{"two": 1}', ["no"], { yes: 1.5 }, { maybe: 1 }],
    ", soft: true",
  );
  expect(shares).toEqual([0.6, 0.3, 0, 0, 0, 1, 0, 1, 0]);
  expect(problems).toEqual(['the share of "yes", 1.5, is not between 0 and 1', '"maybe" is not one of the 3 classes']);
});

test("labels that are not soft have no shares", async () => {
  const { problems } = await read([{ yes: 1 }, ["no"]], "");
  expect(problems).toEqual(["it has shares of labels, for which the target needs `soft: true`"]);
});
