import type { Random } from "../random.ts";
import { hostileSizes } from "./hostile-sizes.ts";

const modalities = [
  "text(max_length: 16)",
  "text(max_length: 65536, tokenizer: bpe(1000000))",
  "tensor([8])",
  "tensor([1e9, 1e9])",
  "image(8, 8, 3)",
  "image(4096, 4096, 64)",
  'table(numeric: ["n"], categorical: { k: 4 })',
  "series(steps: 8, channels: 1)",
  "audio(seconds: 1)",
];
const targets = [
  'category("k", classes: 2)',
  'category("k", classes: 1000000000)',
  'number("n")',
  'labels("k", classes: 3)',
  'category("missing", classes: 2)',
  'number("input")',
];
const pieces = ["*", "**", ".", "a", "x0", "{0..1000000000}", "{a,b", "}", "[a", "linear", "{task}", "{width}", "\\"];

/** A random layer of nested parts, which need not be valid. */
function layer(random: Random, depth: number): string {
  const leaves: readonly (() => string)[] = [
    () =>
      random.of([
        "relu",
        "norm",
        "mean",
        "with_cls",
        "dropout(10%)",
        "b0",
        "b9",
        "twice(relu)",
        "each(relu)",
        "as_vector",
        "identity",
        "embed_columns(4)",
      ]),
    () => `linear(${random.of(hostileSizes)})`,
    () => `embed(${random.of(hostileSizes)})`,
    () => `patches(${random.of(hostileSizes)})`,
    () => `transformer(layers: ${random.of(hostileSizes)}, heads: ${random.of(hostileSizes)})`,
  ];
  const parts: readonly (() => string)[] = [
    () => `${layer(random, depth - 1)} -> ${layer(random, depth - 1)}`,
    () => `repeat(${random.of(hostileSizes)}) { it -> ${layer(random, depth - 1)} }`,
    () => `twice(${layer(random, depth - 1)})`,
    () => `${"twice(".repeat(random.below(40))}${layer(random, depth - 1)}`,
    () => `(${layer(random, depth - 1)})`,
  ];
  return random.of(depth > 0 && random.next() < 0.6 ? parts : leaves)();
}

/** Makes a random specification. Some are quite usual, and others have excessive sizes. */
export function hostileSpecification(random: Random, table: string): string {
  const count = (numbers: readonly number[], line: (index: number) => string): readonly string[] =>
    Array.from({ length: random.of(numbers) }, (_, index) => line(index));
  const line = random.of([0, 0, 3, 2000]);
  const pattern = (): string =>
    JSON.stringify(Array.from({ length: 1 + random.below(30) }, () => random.of(pieces)).join(""));
  const isUsual = random.next() < 0.3;
  const through = isUsual ? "embed(4) -> mean" : layer(random, 4);
  return [
    `model hostile\nparam width = ${random.of(hostileSizes)}\nmodality input: ${isUsual ? modalities[0] : random.of(modalities)}`,
    "block twice(x: stream, f: block): stream { return f(f(x)) }\nblock b0(x: stream): stream { return x -> relu }",
    ...count([0, 12, 40], (index) => `block b${index + 1}(x: stream): stream { return x -> b${index} -> b${index} }`),
    `stream l0 = input -> ${through}`,
    ...Array.from({ length: line }, (_, index) => `stream l${index + 1} = l${index} -> relu`),
    ...count(
      [1, 2, 40],
      (index) =>
        `task t${index} { from: l${line}  head: linear(${isUsual ? 2 : random.of(hostileSizes)})  target: ${isUsual ? targets[0] : random.of(targets)} }`,
    ),
    `dataset d { path: ${JSON.stringify(random.next() < 0.8 ? table : random.of(["*a*a*a*a*a*a*b", "/dev/zero", ".", "../..", "**", "missing.csv"]))}  tasks: all }`,
    ...count(
      [1, 3, 30],
      (index) =>
        `stage s${index} { optimizer: adamw(rate: 1e-3)  steps: 1  batch: ${isUsual ? 8 : random.of(hostileSizes)}${random.next() < 0.3 ? `  freeze: [${pattern()}, ${pattern()}]` : ""} }`,
    ),
  ].join("\n");
}
