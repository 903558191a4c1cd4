import { expect, test } from "vitest";
import { createMemoryHost } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";

const text = (condition: string) => `model words
param small = true
modality words: text(max_length: if small then 8 else 16, tokenizer: ${condition} then bytes(300) else bpe(2000))
stream seen = words -> embed(8) -> mean
task kind {
  from: seen
  head: linear(3)
  target: category("kind", classes: 3)
  metrics: ${condition} then [accuracy] else [f1, accuracy]
}
dataset rows {
  path: "r.csv"
  split: ${condition} then { train: 60%, validation: 20%, test: 20% } else { column: "set" }
  tasks: [kind]
}
stage fit {
  optimizer: ${condition} then sgd(rate: 0.1) else if false then sgd(rate: 1) else adamw(rate: 1e-3)
  schedule: cosine(warmup: ${condition} then 5% else 100)
  sampler: ${condition} then uniform else shuffled
  epochs: 3
}
`;

const compiled = (specification: string, set: Record<string, string> = {}) =>
  compileProgram({ entry: "words.mtl", host: createMemoryHost({ "words.mtl": specification }), set });

test("an option of any type may be the branch of an `if`, which a param chooses", () => {
  const [yes, no] = [compiled(text("if small")), compiled(text("if small"), { small: "false" })];
  for (const { diagnostics } of [yes, no]) expect(diagnostics).toEqual([]);
  expect(yes.specification).toMatchObject({
    modalities: { words: { max_length: 8, tokenizer: { kind: "bytes", size: 300 } } },
    tasks: { kind: { metrics: [{ kind: "accuracy" }] } },
    datasets: { rows: { split: { train: 0.6 } } },
    stages: [
      {
        optimizer: { kind: "sgd", rate: 0.1 },
        schedule: { warmup: { unit: "share", value: 0.05 } },
        sampler: { kind: "uniform" },
      },
    ],
  });
  expect(no.specification).toMatchObject({
    modalities: { words: { max_length: 16, tokenizer: { kind: "bpe", size: 2000 } } },
    tasks: { kind: { metrics: [{ kind: "f1" }, { kind: "accuracy" }] } },
    datasets: { rows: { split: { column: "set" } } },
    stages: [
      {
        optimizer: { kind: "adamw", rate: 1e-3 },
        schedule: { warmup: { unit: "steps", value: 100 } },
        sampler: { kind: "shuffled" },
      },
    ],
  });
});

test("a mistake of the branch that is taken is reported there, and so is a condition that is none", () => {
  const names = (specification: string) => compiled(specification).diagnostics.map(({ name }) => name);
  expect(names(text("if small").replace("sgd(rate: 0.1)", "sgd(rat: 0.1)"))).toEqual(["unknown_option"]);
  expect(names(text("if small").replace("sampler: if small", "sampler: if 3"))).toEqual(["wrong_type"]);
});
