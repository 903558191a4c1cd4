/** Kinds of training, each of which takes a second. Their files are `NAME/model.mtl` and `NAME/rows.jsonl`. */
const head = (name: string): string => `model ${name}

modality point: tensor([3])
modality words: text(max_length: 6, tokenizer: characters(size: 24)${name === "buckets" ? ", buckets: [3]" : ""})

stream seen = point -> linear(4) -> gelu -> dropout(10%)
stream read = words -> embed(4)

task kind { from: concat(seen, read -> mean)  head: linear(3)  target: category("kind", classes: 3)  metrics: [accuracy] }
task size { from: seen  head: linear(1)  target: number("size")  metrics: [mse] }
${name === "hidden" ? "task hidden { from: masked_positions(words) -> embed(4) -> cross_attend(read, heads: 1)  head: linear(24)  target: masked(words, rate: 30%) }\n" : ""}
dataset rows { path: "rows.jsonl"  split: { train: 60%, validation: 20%, test: 20% }  tasks: [kind, size${name === "hidden" ? ", hidden" : ""}] }
`;

const often = "checkpoint: checkpoint(every: 3, keep: 2)";

const stages: { readonly [name: string]: string } = {
  plain: `stage fit { optimizer: adamw(rate: 1e-2)  batch: 6  steps: 30  ${often} }`,
  stages: `stage warm { tasks: [size]  optimizer: sgd(rate: 1e-2)  batch: 6  steps: 12  ${often} }\nstage fit { init: best(warm)  optimizer: adam(rate: 1e-2)  freeze: "seen.**"  batch: 6  steps: 15  ${often} }`,
  mixed: `stage fit { step: mixed  sampler: uncertainty(candidates: 6)  tasks: [kind]  optimizer: adam(rate: 1e-2)  batch: 6  steps: 15  ${often} }`,
  joint: `stage fit { step: joint  balance: gradnorm  accumulate: 2  optimizer: adam(rate: 1e-2)  batch: 4  steps: 18  ${often} }`,
  forks: `stage fit { optimizer: adam(rate: 1e-2)  batch: 6  steps: 9  ${often} }\nstage each { for_each: task  fork: true  optimizer: sgd(rate: 1e-2)  batch: 6  steps: 8  ${often} }`,
  averages: `stage fit { optimizer: lamb(rate: 1e-2)  average: exponential(decay: 0.9)  early_stop: early_stop(patience: 6)  batch: 6  steps: 30  ${often} }`,
  buckets: `stage fit { tasks: [kind]  optimizer: adam(rate: 1e-2)  clip: 1.0  batch: 5  steps: 20  ${often} }`,
  hidden: `stage fit { sampler: stop_and_go  optimizer: adafactor(rate: 1e-2)  batch: 6  epochs: 4  ${often} }`,
};

export const specifications: { readonly [name: string]: string } = Object.fromEntries(
  Object.entries(stages).map(([name, text]) => [name, `${head(name)}\n${text}\n`]),
);

/** Makes 50 rows, some of which lack a label. */
export function rows(): string {
  const of = (row: number) => {
    const [a, b, c] = [Math.sin(row), Math.cos(3 * row), Math.sin(7 * row)];
    const kind = { kind: a > 0.4 ? "high" : a < -0.4 ? "low" : "even" };
    return {
      point: [a, b, c],
      words: "abcdefgh".slice(row % 5, 2 + (row % 7)) || "a",
      ...(row % 8 === 3 ? {} : kind),
      ...(row % 9 === 5 ? {} : { size: 100 + 3 * a - b }),
    };
  };
  return Array.from({ length: 50 }, (_, row) => `${JSON.stringify(of(row))}\n`).join("");
}
