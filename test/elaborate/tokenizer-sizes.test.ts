import { expect, test } from "vitest";
import { compile } from "./harness.ts";

function problems(tokenizer: string): readonly string[] {
  const text = `model m\nmodality words: text(max_length: 8, tokenizer: ${tokenizer})\nstream read = words -> embed(4)\ntask t { from: mean(read)  head: linear(2)  target: category("y", classes: 2) }\ndataset d { path: "rows.csv"  tasks: [t] }\nstage fit { optimizer: sgd(rate: 0.1)  epochs: 1 }`;
  return compile(text)
    .diagnostics.filter(({ severity }) => severity === "error")
    .map(({ message }) => message);
}

test("a tokenizer that is learnt has room for what each of its kind has; one that is read from a file is as large as the file", () => {
  expect(problems("bpe(259)")).toEqual([
    'The size of the bpe tokenizer of "words" is 259; it must be 260 or more, for 256 bytes and the special tokens.',
  ]);
  expect(problems("bpe(260)")).toEqual([]);
  expect(problems('bpe(120, file: "tokenizer.json")')).toEqual([]);
  expect(problems("characters(8)")).toEqual([]);
});
