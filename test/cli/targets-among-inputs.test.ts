import { describe, expect, test } from "vitest";
import type { DataStats } from "../../runtime/data/stats/data-stats.ts";
import { folderWith, mtl } from "./run.ts";

const letters = ["a", "b", "c"];
const rows = Array.from({ length: 60 }, (_, index) => ({
  kind: letters[index % 3],
  code: index % 3 === 0 ? 17 : index % 3 === 1 ? 5 : 80,
  same: ` ${letters[index % 3]}`,
  // The column matches the target one to one, except in one row.
  nearly: index === 50 ? 99 : index % 3,
  id: index,
  size: index / 7,
  text_of_size: String(index / 7),
  tags: index % 2 === 0 ? ["x", "y"] : ["z"],
  tag_text: index % 2 === 0 ? "x|y" : "z",
  other: index % 7,
}));

async function found(
  target: string,
  input: string,
): Promise<{ readonly targets: DataStats["targets"]; readonly text: string; readonly trained: string }> {
  const specification = `model m
modality input: ${input}
stream x = ${input.startsWith("text") ? "input -> embed(4) -> mean" : "input -> as_vector"}
task t { from: x  head: linear(${/classes: (\d)/u.exec(target)?.[1] ?? "1"})  target: ${target} }
dataset d { path: "d.jsonl"  tasks: [t]${input.startsWith("text") ? '  columns: { input: "COLUMN" }' : ""} }
stage s { optimizer: adamw(rate: 1e-3)  steps: 1  batch: 8 }
`
    .replace("COLUMN", /\/\* (\w+)/u.exec(input)?.[1] ?? "")
    .replace(/\/\* \w+ \*\//u, "");
  const cwd = folderWith({ "m.mtl": specification, "d.jsonl": rows.map((row) => JSON.stringify(row)).join("\n") });
  const json = await mtl(["data", "stats", "m.mtl", "--json"], { cwd });
  const { stdout: text } = await mtl(["data", "stats", "m.mtl"], { cwd });
  const { stderr: trained } = await mtl(["train", "m.mtl"], { cwd });
  return { targets: (JSON.parse(json.stdout) as DataStats).targets, text, trained };
}

describe("a column that reveals a task's target is reported at the start of training and in the statistics", () => {
  test.each([
    [
      "the values of a category",
      'category("kind", classes: 3)',
      "text(max_length: 4, tokenizer: bytes) /* same */",
      "same",
      "same",
    ],
    ["a code of a category", 'category("kind", classes: 3)', 'table(numeric: ["code", "other"])', "code", "one_to_one"],
    ["the values of a number", 'number("size")', 'table(numeric: ["text_of_size", "id"])', "text_of_size", "same"],
    [
      "the names of labels",
      'labels("tags", classes: 3)',
      "text(max_length: 4, tokenizer: bytes) /* tag_text */",
      "tag_text",
      "same",
    ],
  ])("%s", async (_, target, input, column, relation) => {
    const { targets, text, trained } = await found(target, input);
    expect(targets.map((each) => [each.column, each.relation])).toEqual([[column, relation]]);
    for (const told of [text, trained])
      expect(told).toMatch(new RegExp(`Task t reads the column ${column} as input`, "u"));
  });

  test("a column of ids, one that nearly matches the target, and other columns are not reported", async () => {
    const { targets, trained } = await found(
      'category("kind", classes: 3)',
      'table(numeric: ["nearly", "id", "size", "other"])',
    );
    expect(targets).toEqual([]);
    expect(trained).not.toMatch(/is to predict/u);
  });
});
