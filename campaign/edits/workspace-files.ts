/** Two specifications that share a library, which imports another one. */
export const workspaceFiles: Readonly<Record<string, string>> = {
  "notes.mtl": `model notes
import { wide, mixed, words } from "parts.mtl"

param kind: one of [plain, gated] = plain

modality photo: image(8, 8, 3)

stream read = words -> embed(wide) -> mixed(depth: 1)
stream seen = photo -> patches(4) -> linear(wide)
stream short = read -> mean -> (if kind == gated then sigmoid else identity)

layer shared = norm -> linear(wide)

task mood { from: short -> shared  head: linear(3)  target: category("mood", classes: 3)  metrics: [accuracy] }
task size { from: seen -> mean -> shared  head: dropout(10%) -> linear(1)  target: number("size") }

dataset notes { path: "notes.jsonl"  tasks: [mood, size] }

stage first { tasks: [mood, size]  optimizer: adamw(rate: 1e-2)  batch: 4  epochs: 1 }
stage second { tasks: [mood]  freeze: ["read.**"]  optimizer: adamw(rate: 1e-3)  batch: 4  epochs: 1 }
`,
  "letters.mtl": `model letters
import { wide, words } from "parts.mtl"
import { gate } from "gates.mtl"

stream read = words -> embed(wide) -> each(gate)
task kind { from: mean(read)  head: linear(2)  target: category("kind", classes: 2) }
dataset letters { path: "letters.csv"  tasks: [kind] }
stage fit { tasks: all  optimizer: adamw(rate: 1e-2)  batch: 4  epochs: 1 }
`,
  "parts.mtl": `import { gate } from "gates.mtl"
param wide: int in 1..64 = 16
modality words: text(max_length: 8, tokenizer: characters(size: 32))

/// Attention in a residual block.
block mixed(x: tokens, depth: int): tokens {
  return x -> repeat(depth) { it + (norm(it) -> self_attention(heads: 2) -> each(gate)) }
}
`,
  "gates.mtl": `block gate(x: stream): stream {
  let open = sigmoid(linear(x, width(x)))
  return x * open
}
`,
};
