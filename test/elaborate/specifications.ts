/** Small specifications that between them use every declaration and most blocks; each compiles without a complaint. */
export const specifications: { readonly [name: string]: string } = {
  "two modalities, two tasks, adapters": `
model small "Two tasks"
param width: int in 4..64 = 8
param composition: one of [adapter, plain] = adapter
modality photo: image(8, 8, 3)
modality words: text(max_length: 5, segments: 2, tokenizer: bpe(300))
block adapter(x: tokens, residual: tokens, norm: block, reduction: int = 2): tokens {
  let down = linear(norm(x), width(x) / reduction)
  let up = linear(relu(down), width(x), init: zeros)
  return x + up + 0 * residual
}
block insert(x: tokens, residual: tokens, norm: block): tokens {
  return if composition == adapter then per_task(adapter)(x, residual: residual, norm: norm) else x
}
stream seen = photo -> conv_stem(width, groups: 2) -> positions(sine) -> with_task_token -> transformer(layers: 1, heads: 2, after_ffn: insert)
stream read = words -> embed(width) -> with_segments(words) -> with_cls -> positions -> repeat(2, share: all) as i { it -> encoder_layer(heads: 2, stochastic_depth: i * 10%) }
fusion memory = concat(optional seen, optional read)
layer classify = norm -> linear(3)
task kind { uses: [photo, optional words]  from: mean(memory) -> classify  target: category("kind", classes: 3)  loss: cross_entropy(label_smoothing: 10%) + 0.5 * focal  weight: 0.5 }
task size { from: read.cls  head: mlp(width, 1)  target: number("size")  loss: huber(delta: 0.5) }
dataset data { path: "data.jsonl"  tasks: all  columns: { words: ["a", "b"] } }
stage warm { tasks: [size]  optimizer: sgd(rate: 0.1)  steps: 2  with: { composition: "plain" } }
stage fit { tasks: [kind, size]  optimizer: adamw(rate: 1e-3)  epochs: 1  sampler: weights({ kind: 2, size: 1 })  batch: { kind: 2, size: 3 }  clip: 1  freeze: all except ["**.adapter.**", "task.**", "seen.**", classify] }
`,
  bottlenecks: `
model met
modality a: tensor(4, 6)
modality b: tensor(3, 6)
fusion met = bottleneck(a -> norm, b) { bottlenecks: 2  layers: 3  fuse_from: 1  heads: 2  update: sequential }
fusion cross = crossed(left = met.a, right = met.b, layers: 1, heads: 2)
task t { from: [mean(cross.left) -> linear(2), max(cross.right) -> linear(2)]  head: ensemble  target: labels("tags", classes: ["x", "y"]) }
dataset data { path: { train: "a.csv", test: "b.csv" }  tasks: [t] }
stage fit { optimizer: adam(rate: 1e-3)  steps: 3  batch: 2 }
`,
};
