const inputs = `model blocks
modality x: tensor(3, 4)
modality y: tensor(2, 4)
modality v: tensor(4)
modality picture: image(4, 8, 3)
modality words: text(most: 5, tokenizer: bpe(300), segments: 2)
`;
const task = `
task t { from: mean(x) + 0 * mean(y) + 0 * v + 0 * mean(words -> embed(4)) + 0 * mean(picture -> patches(4) -> linear(4))  head: linear(1)  target: number("n") }
task u { from: v  head: linear(1)  target: number("n") }
`;

/** One use of every block, and what comes of it. */
export const uses: { readonly [block: string]: readonly [expression: string, result: string] } = {
  ...Object.fromEntries(["exp", "log", "sqrt", "erf", "tanh", "sigmoid", "relu", "gelu", "softplus", "sin", "cos", "abs", "sign", "stop_gradient", "log_softmax", "identity", "norm", "activate", "mlp", "stochastic_depth"].map((name) => [name, [`x -> ${name}`, "tokens[3 × 4]"] as const])),
  maximum: ["maximum(x, 1)", "tokens[3 × 4]"],
  minimum: ["minimum(2, x)", "tokens[3 × 4]"],
  reduce_sum: ["reduce_sum(x, axis: 0)", "vector[4]"],
  reduce_mean: ["reduce_mean(x)", "vector[3]"],
  reduce_max: ["reduce_max(x, keep: true)", "tokens[3 × 1]"],
  softmax: ["softmax(x, mask: v)", "tokens[3 × 4]"],
  layer_normalise: ["layer_normalise(x, learned(4), learned(4))", "tokens[3 × 4]"],
  matmul: ["matmul(x, learned(4, 5))", "tokens[3 × 5]"],
  reshape: ["reshape(x, [2, 6])", "tokens[2 × 6]"],
  transpose: ["transpose(x, [1, 0])", "tokens[4 × 3]"],
  concat: ["concat(x, y)", "tokens[5 × 4]"],
  slice: ["slice(x, axis: 1, start: -2, size: 2)", "tokens[3 × 2]"],
  pad: ["pad(x, before: 1, after: 2)", "tokens[6 × 4]"],
  broadcast: ["broadcast(reshape(v, [1, 4]), [3, 4])", "tokens[3 × 4]"],
  gather: ["gather(learned(300, 6), words)", "tokens[5 × 6]"],
  one_hot: ["one_hot(words, 300)", "tokens[5 × 300]"],
  neighbourhoods: ["picture -> neighbourhoods(size: 3, stride: 2)", "grid[2 × 4 × 27]"],
  dropout: ["x -> dropout(50%)", "tokens[3 × 4]"],
  learned: ["learned(2, 3)", "tokens[2 × 3]"],
  sinusoids: ["sinusoids(5, 6)", "tokens[5 × 6]"],
  width: ["learned(width(x))", "vector[4]"],
  length: ["learned(length(x))", "vector[3]"],
  rows: ["learned(rows(picture))", "vector[4]"],
  columns: ["learned(columns(picture))", "vector[8]"],
  vocabulary: ["learned(vocabulary(words))", "vector[300]"],
  count: ["learned(count([x, y, x]))", "vector[3]"],
  item: ["item([x, y], 1)", "tokens[2 × 4]"],
  append: ["concat(append([x], y))", "tokens[5 × 4]"],
  floor: ["learned(floor(2.5))", "vector[2]"],
  ceil: ["learned(ceil(2.5))", "vector[3]"],
  each: ["concat(each([x, y], linear(5)))", "tokens[5 × 5]"],
  average: ["average(x, norm(x))", "tokens[3 × 4]"],
  or_else: ["or_else(x, norm(x))", "tokens[3 × 4]"],
  present_with: ["present_with(x, y)", "tokens[3 × 4]"],
  per_task: ["x -> per_task(linear(5))", "tokens[3 × 5]"],
  all_tasks: ["concat(all_tasks(linear(5))(x))", "tokens[6 × 5]"],
  stack: ["x -> stack(norm, linear(5))", "tokens[3 × 5]"],
  for_tasks: ["for_tasks(x, [t])", "tokens[3 × 4]"],
  first_present: ["first_present(optional for_tasks(x, [u]), y)", "tokens[2 × 4]"],
  require: ["learned(if require(1 < 2, \"1 < 2\") == none then 5 else 6)", "vector[5]"],
  warn_single_symmetric: ["learned(if 1 == 1 or warn_single_symmetric() == none then 5 else 6)", "vector[5]"],
  mark: ["mark(x, \"third\", 2).third", "vector[4]"],
  mask: ["mask(words -> embed(4))", "vector[5]"],
  like: ["like(reshape(x, [3, 2, 2]) -> reshape([3, 4]), x)", "tokens[3 × 4]"],
  segment_ids: ["segment_ids(words) -> embed(4)", "tokens[5 × 4]"],
  repeated: ["repeated(learned(4))", "vector[4]"],
  attend: ["attend(x, y, y, heads: 2)", "tokens[3 × 4]"],
  self_attention: ["x -> self_attention(2)", "tokens[3 × 4]"],
  cross_attention: ["x -> cross_attention(y -> linear(6), heads: 2)", "tokens[3 × 4]"],
  linear: ["v -> linear(5)", "vector[5]"],
  group_norm: ["picture -> conv(4) -> group_norm(groups: 2)", "grid[4 × 8 × 4]"],
  embed: ["words -> embed(6)", "tokens[5 × 6]"],
  embedding: ["words -> embedding(300, 6)", "tokens[5 × 6]"],
  with_segments: ["words -> embed(6) -> with_segments(words)", "tokens[5 × 6]"],
  positions: ["x -> positions(sine)", "tokens[3 × 4]"],
  with_cls: ["x -> with_cls", "tokens[4 × 4]"],
  with_task_token: ["x -> with_task_token", "tokens[4 × 4]"],
  sum: ["sum(x)", "vector[4]"],
  mean: ["mean(x)", "vector[4]"],
  max: ["max(x)", "vector[4]"],
  attention_pool: ["attention_pool(x, heads: 2)", "vector[4]"],
  patches: ["picture -> patches(2)", "tokens[8 × 12]"],
  as_tokens: ["picture -> as_tokens", "tokens[32 × 3]"],
  conv: ["picture -> conv(5, stride: 2)", "grid[2 × 4 × 5]"],
  conv_stem: ["picture -> conv_stem(8, groups: 2)", "tokens[2 × 8]"],
  encoder_layer: ["x -> encoder_layer(heads: 2)", "tokens[3 × 4]"],
  transformer: ["x -> transformer(layers: 2, heads: 2, norm: post)", "tokens[3 × 4]"],
  decoder_layer: ["x -> decoder_layer(y, heads: 2)", "tokens[3 × 4]"],
  decoder: ["x -> decoder(y, layers: 2, heads: 2)", "tokens[3 × 4]"],
  cross_attend: ["x -> cross_attend(y, heads: 2)", "tokens[3 × 4]"],
  ensemble: ["average(ensemble(v, norm(v)))", "vector[4]"],
  classifier: ["x -> classifier(5)", "vector[5]"],
  without_last: ["x -> without_last(1)", "tokens[2 × 4]"],
  last_tokens: ["x -> last_tokens(1)", "tokens[1 × 4]"],
  concat_with: ["x -> concat_with(y)", "tokens[5 × 4]"],
  co_attention: ["co_attention(x, y, heads: 2).image", "tokens[2 × 4]"],
  bottleneck: ["bottleneck(x, y, heads: 2).first", "tokens[3 × 4]"],
  late: ["late(x, y, heads: 2).last", "tokens[2 × 4]"],
  merged: ["merged(x, y, heads: 2).last", "tokens[2 × 4]"],
  crossed: ["crossed(x, y, heads: 2).first", "tokens[3 × 4]"],
};

/** A specification of one use, whose stream is `s`. */
export function specificationOf(expression: string): string {
  return `${inputs}stream s = ${expression}${task}`;
}
