import { parquetWriteBuffer } from "hyparquet-writer";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, mtl } from "./run.ts";

const specification = `model moods

modality words: text(most: 8, tokenizer: characters(40))

task mood { from: mean(words -> embed(8))  head: linear(2)  target: category("mood", classes: ["bad", "good"]) }

dataset sayings {
  path: "parts/*.parquet"
  split: { train: 60%, validation: 20%, test: 20% }
  tasks: [mood]
}

stage fit { optimizer: adamw(rate: 1e-2)  batch: 16  epochs: 8 }
`;

function parquet(first: number, count: number): Uint8Array {
  const numbers = Array.from({ length: count }, (_, index) => first + index);
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: "words", data: numbers.map((number) => `${number % 2 === 0 ? "ooo" : "xxx"}${number}`), type: "STRING" },
        { name: "mood", data: numbers.map((number) => (number % 2 === 0 ? "good" : "bad")), type: "STRING" },
      ],
    }),
  );
}

test("a model is trained from Parquet files that a pattern names; eval knows when one of them has changed, or is new", async () => {
  const cwd = folderWith({ "moods.mtl": specification });
  mkdirSync(join(cwd, "parts"));
  writeFileSync(join(cwd, "parts/a.parquet"), parquet(0, 60));
  writeFileSync(join(cwd, "parts/b.parquet"), parquet(60, 60));
  const trained = await mtl(["train", "moods.mtl"], { cwd });
  expect([trained.code, /mood +accuracy +\S+ +(\S+)/.exec(trained.stdout)?.[1]]).toEqual([0, "1.0000"]);
  const evaluated = async () => (await mtl(["eval", "runs/moods-0001"], { cwd })).stderr;
  expect(await evaluated()).not.toContain("has changed");
  writeFileSync(join(cwd, "parts/b.parquet"), parquet(60, 61));
  expect(await evaluated()).toContain("The data has changed since the run began: parts/b.parquet.");
  writeFileSync(join(cwd, "parts/c.parquet"), parquet(200, 4));
  expect(await evaluated()).toContain("parts/b.parquet, parts/c.parquet");
});
