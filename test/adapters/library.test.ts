import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Tensors, readTensors } from "../../runtime/checkpoint/checkpoint.ts";
import { train } from "../../runtime/index.ts";
import { readWeights } from "../../runtime/model/read-weights.ts";
import { mtl } from "../cli/run.ts";
import { newFolder } from "../trainer/tiny-run.ts";

// An encoder, two adapters that are trained apart over it and kept as files of a folder, and their fusion for a third task.

const model = (adapters: string, task: string, rest: string): string => `model library
modality words: text(max_length: 7, tokenizer: bytes)
block insert(x: tokens, residual: tokens, norm: block): tokens {
  layer one = pfeiffer(reduction: 2)
  layer two = pfeiffer(reduction: 2)
  return ${adapters}
}
stream context = words -> bert(layers: 1, width: 8, heads: 2, after_ffn: insert)
task ${task} { from: context.pooled  head: linear(2)  target: category("${task === "two" ? "b" : "a"}", classes: 2) }
dataset rows { path: "rows.jsonl"  split: { column: "split" }  tasks: [${task}] }
stage fit { optimizer: adamw(rate: 1e-2)  batch: 4  steps: 3  checkpoint: checkpoint(every: 100%)  cache: off  ${rest} }
`;

test("adapters that were trained apart are fused from the files of a folder, and keep their bits", async () => {
  const root = await newFolder();
  const runs = join(root, "runs");
  const rows = Array.from({ length: 24 }, (_, index) => ({
    words: `row ${index}`,
    a: index % 2 === 0 ? "even" : "odd",
    b: index % 3 === 0 ? "third" : "other",
    split: ["train", "train", "validation", "test"][index % 4],
  }));
  writeFileSync(join(root, "rows.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const trained = async (name: string, text: string): Promise<string> => {
    writeFileSync(join(root, `${name}.mtl`), text);
    return (await train({ specification: join(root, `${name}.mtl`), runs, name, threads: 1 })).folder;
  };
  const base = await trained("base", model("x", "base", ""));
  const library: Tensors[] = [];
  for (const name of ["one", "two"]) {
    const start = 'init: from("base-0001")  freeze: all except ["**.{one,two}.adapter.**", "task.**"]';
    const run = await trained(name, model(`adapted(x, ${name}, residual: residual, norm: norm)`, name, start));
    const file = join(root, "library", `${name}.safetensors`);
    const { code } = await mtl(["weights", run, "--take", `**.${name}.adapter.**`, "--out", file]);
    expect(code).toBe(0);
    library.push(await readTensors(file));
  }
  const start =
    'init: merge(of: [from("base-0001"), from("library/one.safetensors"), from("library/two.safetensors")])  freeze: all except ["**.adapter_attention.**", "task.**"]';
  const fused = await trained(
    "fused",
    model("adapted(x, fused(one, two), residual: residual, norm: norm)", "third", start),
  );
  const weights = await readWeights({ path: fused, checkpoint: "last" });
  const before = [...(await readWeights({ path: base, checkpoint: "last" }))].filter(
    ([name]) => !name.startsWith("task."),
  );
  expect(library.map((each) => each.size)).toEqual([4, 4]);
  for (const [name, { data }] of [...before, ...library.flatMap((each) => [...each])])
    expect(Array.from(weights.get(name)?.data ?? []), name).toEqual(Array.from(data));
  expect([...weights.keys()].filter((name) => name.includes("adapter_attention"))).toHaveLength(5);
});
