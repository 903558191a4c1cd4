/** The texts of a specification, by path. */
export type Files = Readonly<Record<string, string>>;

/** The path of the file that is compiled. */
export const entry = "model.mtl";

/** Two files, whose tasks share streams, blocks and a layer, and whose stages have params of their own. */
export const twoFiles: Files = {
  [entry]: `model notes

import { wide, mixed, gate } from "parts.mtl"

param depth: int in 1..4 = 1
param kind: one of [plain, gated] = plain

modality words: text(max_length: 8, tokenizer: characters(size: 32))
modality photo: image(8, 8, 3)

stream read = words -> embed(wide) -> mixed(depth: depth)
stream seen = photo -> patches(4) -> linear(wide)
stream short = read -> mean -> (if kind == gated then gate else identity)

layer shared = norm -> linear(wide)

task mood { from: short -> shared  head: linear(3)  target: category("mood", classes: 3) }
task size { from: seen -> mean -> shared  head: dropout(10%) -> linear(1)  target: number("size") }
task guess { uses: [words, optional photo]  from: sum_of(short, seen -> mean) -> all_tasks(linear(4)) -> average  head: linear(2)  target: category("guess", classes: 2) }

task choice { from: short  head: linear(1)  target: ranking("choice") }

dataset notes { path: "notes.jsonl"  tasks: [mood, size, guess] }
dataset choices { path: "choices.jsonl"  tasks: choice  columns: { words: each("answers", max_candidates: 4) } }

stage first { tasks: [mood, size]  optimizer: adamw(rate: 1e-2)  batch: 4  epochs: 1 }
stage second { with: { depth: 2 }  tasks: [mood, size, guess]  freeze: ["seen.**"]  optimizer: adamw(rate: 1e-3)  batch: 4  epochs: 1 }

block sum_of(a: vector, b: vector): vector { return a + b }
`,
  "parts.mtl": `param wide: int in 1..64 = 16

block mixed(x: tokens, depth: int): tokens {
  return x -> repeat(depth) { it + (norm(it) -> self_attention(heads: 2)) }
}

block gate(x: stream): stream {
  let open = sigmoid(linear(x, width(x)))
  return x * open
}
`,
};
