import { beforeAll, expect, test } from "vitest";
import { trainedTable } from "../../runtime/report/trained-table.ts";
import { sound } from "../elaborate/harness.ts";
import { folderWith, mtl } from "./run.ts";

const specification = `model told
modality light: tensor([3, 8])
stream seen = light -> linear(8) -> dropout(10%)
task kind { from: mean(seen) head: dropout(10%) -> linear(3) target: category("kind", classes: 3) }
dataset rows { path: "rows.jsonl" tasks: all }
stage warm { optimizer: sgd(rate: 0.1) steps: 1 }
stage fit { optimizer: sgd(rate: 0.1) steps: 1 freeze: [seen] }
`;

let cwd: string;
beforeAll(() => {
  cwd = folderWith({ "told.mtl": specification });
});

test("modules that a stage keeps in evaluation mode are reported with its weights, its cost and in the report", async () => {
  const { stdout: weights } = await mtl(["expand", "told.mtl", "--weights"], { cwd });
  const [warm = "", fit = ""] = weights.split(/^stage fit$/mu);
  expect(warm).toMatch(/^ {2}seen\.dropout +in training mode$/mu);
  expect(fit).toMatch(/^ {2}seen\.dropout +in evaluation mode$/mu);
  expect(fit).toMatch(/^ {2}task\.kind\.head\.dropout +in training mode$/mu);

  const { stdout: cost } = await mtl(["check", "told.mtl", "--cost"], { cwd });
  expect(cost.match(/^In evaluation mode, because frozen: .*$/gmu)).toEqual([
    "In evaluation mode, because frozen: seen.**.",
  ]);

  const { stdout: expanded } = await mtl(["expand", "told.mtl"], { cwd });
  expect(expanded.match(/^ {2}frozen_mode: evaluate$/gmu)).toHaveLength(2);

  const report = trainedTable({ program: sound(specification), starts: [] });
  expect(report).toMatch(/<th[^>]*>in evaluation mode<\/th>/u);
  expect(
    trainedTable({
      program: sound(specification.replace("freeze: [seen]", "freeze: [seen] frozen_mode: train")),
      starts: [],
    }),
  ).not.toContain("evaluation mode");
});
