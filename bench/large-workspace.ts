/** A specification of some 2,900 lines in ten files: 117 blocks, 18 streams, 27 tasks and two stages. */
export function largeWorkspace(): Readonly<Record<string, string>> {
  const parts = Array.from({ length: 9 }, (_, part) => [`part${part}.mtl`, partOf(part)] as const);
  return { "model.mtl": modelOf(parts.map((_, part) => part)), ...Object.fromEntries(parts) };
}

const times = <Item>(count: number, make: (index: number) => Item): readonly Item[] =>
  Array.from({ length: count }, (_, index) => make(index));

function partOf(part: number): string {
  const blocks = times(
    13,
    (block) => `/// A residual block of part ${part}, number ${block}.
block part${part}_block${block}(
  x: tokens,
  heads: int in 1..64 = 4,
  ratio: number = 4,
  rate: rate = 10%,
): tokens {
  layer first_norm = norm
  layer second_norm = norm
  let attended = x + (first_norm(x) -> self_attention(heads: heads) -> dropout(rate))
  let up = linear(second_norm(attended), ratio * width(x))
  let active = gelu(up)
  let gate = sigmoid(linear(attended, ratio * width(x)))
  let down = linear(active * gate, width(x))
  let fed = attended + dropout(down, rate)
  return fed
}
`,
  );
  const layers = times(4, (layer) => `layer shared${part}_${layer} = norm -> linear(width_${part})`);
  const modalities = times(
    2,
    (text) => `modality text${part}_${text}: text(max_length: 24, tokenizer: word_piece(2000))`,
  );
  const datasets = times(
    3,
    (data) => `
dataset data${part}_${data} {
  path: "data/d${part}_${data}.jsonl"
  columns: { text${part}_${data % 2}: "text" }
  split: { train: 80%, validation: 10%, test: 10% }
  tasks: [task${part}_${data}]
}`,
  );
  return [`param width_${part}: int in 16..1024 = 64\n`, ...blocks, ...layers, ...modalities, ...datasets, ""].join(
    "\n",
  );
}

function modelOf(parts: readonly number[]): string {
  const imports = parts.map((part) => {
    const names = [
      ...times(13, (block) => `part${part}_block${block}`),
      ...times(4, (layer) => `shared${part}_${layer}`),
      ...times(2, (text) => `text${part}_${text}`),
      `width_${part}`,
      ...times(3, (data) => `data${part}_${data}`),
    ];
    return `import { ${names.join(", ")} } from "./part${part}.mtl"`;
  });
  const streams = parts.flatMap((part) =>
    times(
      2,
      (text) => `
/// Text ${text} of part ${part}.
stream read${part}_${text} = text${part}_${text}
  -> embed(width_${part})
  -> with_cls
  -> positions(learned)
${times(6, (block) => `  -> part${part}_block${block + 6 * text}(heads: 4)`).join("\n")}`,
    ),
  );
  const tasks = parts.flatMap((part) =>
    times(
      3,
      (task) => `
/// Task ${task} of part ${part}.
task task${part}_${task} {
  from: read${part}_${task % 2}.cls -> shared${part}_${task}
  head: dropout(10%) -> linear(${task + 2})
  target: category("label", classes: ${task + 2})
  loss: cross_entropy(label_smoothing: 10%)
  metrics: [accuracy, f1]
}`,
    ),
  );
  const stages = `
stage joint {
  tasks: all
  sampler: proportional
  optimizer: adamw(rate: 1e-3, weight_decay: 0.01)
  schedule: cosine(warmup: 5%)
  batch: 32
  epochs: 3
  clip: 1.0
}

stage again {
  tasks: all
  freeze: ["read0_0.**"]
  optimizer: adamw(rate: 1e-4)
  batch: 32
  epochs: 1
}
`;
  return ["model large\n", ...imports, ...streams, ...tasks, stages].join("\n");
}
