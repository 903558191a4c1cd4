import * as fc from "fast-check";
import { hostileSizes } from "../../campaign/inputs/hostile-sizes.ts";

const size = fc.constantFrom(...hostileSizes);

/** A block that is applied to a stream. */
const layer: fc.Arbitrary<string> = fc.letrec<{ layer: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom(
      "relu",
      "norm",
      "mean",
      "with_cls",
      "dropout(10%)",
      "f",
      "b0",
      "b3",
      "twice(relu)",
      "positions(learned)",
      "each(relu)",
      "per_task(linear(2))",
    ),
    size.map((width) => `linear(${width})`),
    fc.tuple(size, size).map(([layers, heads]) => `transformer(layers: ${layers}, heads: ${heads})`),
    size.map((count) => `repeat(${count}) { it }`),
  ),
  layer: fc.oneof(
    { maxDepth: 5 },
    tie("leaf"),
    fc.tuple(tie("layer"), tie("layer")).map(([first, second]) => `${first} -> ${second}`),
    fc.tuple(size, tie("layer")).map(([count, inner]) => `repeat(${count}) { it -> ${inner} }`),
    tie("layer").map((inner) => `twice(${inner})`),
    tie("layer").map((inner) => `(${inner})`),
    fc.tuple(fc.nat(30), tie("layer")).map(([depth, inner]) => `${"twice(".repeat(depth)}${inner}${")".repeat(depth)}`),
  ),
})).layer;

/** A stream, from one that is there. */
const stream: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(fc.constantFrom("a", "b", "x0", "x1", "nowhere"), layer).map(([from, through]) => `${from} -> ${through}`),
  fc.tuple(size, size).map(([rows, columns]) => `learned(${rows}, ${columns}) -> mean`),
  fc.tuple(size, size).map(([rows, columns]) => `sinusoids(${rows}, ${columns})`),
  fc.constantFrom("a", "b").map((name) => `concat(${`${name}, `.repeat(50)}${name})`),
  fc.constantFrom("a + a", "a * 1e300", "optional b", "[a, a]", "a -> repeat(200) { it + it }"),
);

const pattern = fc
  .array(
    fc.constantFrom("*", "**", ".", "a", "x0", "{0..1000000000}", "{a,b", "}", "[a", "linear", "{task}", "{width}"),
    { minLength: 1, maxLength: 20 },
  )
  .map((parts) => JSON.stringify(parts.join("")));

/** Specifications that ask for more than anybody wants, mixed with what is quite usual. */
export const hostileSpecification: fc.Arbitrary<string> = fc
  .record({
    width: size,
    inputs: fc.constantFrom(
      "tensor([8])",
      "tensor([1e9, 1e9])",
      "text(max_length: 16)",
      "text(max_length: 65536, tokenizer: bpe(1000000))",
      "image(8, 8, 3)",
      "image(4096, 4096, 64)",
      "table(columns: [u, v])",
    ),
    doubling: fc.nat(40),
    streams: fc.array(stream, { minLength: 2, maxLength: 6 }),
    line: fc.constantFrom(0, 3, 900),
    tasks: fc.constantFrom(1, 2, 60),
    stages: fc.constantFrom(1, 3, 40),
    batch: size,
    patterns: fc.option(fc.array(pattern, { minLength: 1, maxLength: 5 })),
    head: fc.oneof(fc.constant("linear(2)"), layer),
  })
  .map(({ width, inputs, doubling, streams, line, tasks, stages, batch, patterns, head }) =>
    [
      `model hostile\nparam width = ${width}\nmodality a: ${inputs}\nmodality b: tensor([8])`,
      `block twice(x: stream, f: block): stream { return f(f(x)) }\nlayer f = linear(8) -> relu\nblock b0(x: stream): stream { return x -> relu }`,
      ...Array.from(
        { length: doubling },
        (_, index) => `block b${index + 1}(x: stream): stream { return x -> b${index} -> b${index} }`,
      ),
      ...streams.map((value, index) => `stream x${index} = ${value}`),
      `stream l0 = x0`,
      ...Array.from({ length: line }, (_, index) => `stream l${index + 1} = l${index} -> relu`),
      ...Array.from(
        { length: tasks },
        (_, index) =>
          `task t${index} { from: ${index % 2 === 0 ? `l${line}` : "x1"}  head: ${head}  target: category("k", classes: 2) }`,
      ),
      `dataset d { path: "d.jsonl"  tasks: all }`,
      ...Array.from(
        { length: stages },
        (_, index) =>
          `stage s${index} { optimizer: adamw(rate: 1e-3)  steps: 1  batch: ${batch}${patterns && index === 0 ? `  freeze: [${patterns.join(", ")}]` : ""} }`,
      ),
    ].join("\n"),
  );
