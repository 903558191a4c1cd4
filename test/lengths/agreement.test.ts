import { describe, expect, test } from "vitest";
import { type Graph, type GraphInput, sizeOf } from "../../compiler/graph/graph.ts";
import { verify } from "../../compiler/graph/verify.ts";
import type { TextLengths } from "../../compiler/stage/plan.ts";
import { generator } from "../../runtime/random/generator.ts";
import { fillRandomInputs } from "../../runtime/train/step/bound-executable.ts";
import { interpret } from "../graph/reference.ts";
import { type Values, furthest, outputOf, programOf } from "../mbt/support.ts";

const most = 9;
const texts = `
  modality words: text(max_length: ${most}, buckets: [4, 6], tokenizer: characters(20))
  modality pair: text(max_length: ${most}, buckets: [5], segments: 2, separators: after, tokenizer: characters(20))
  modality seen: tensor(shape: [3, 8])
  stream look = seen -> linear(8)
  stream tokens = words -> embed(8) -> positions -> dropout(20%)
`;
const stage = `stage s { optimizer: sgd(rate: 0.1)  batch: 3  steps: 1 }`;
const classes = `target: category("label", classes: 3)`;

/** Everything of the standard library that a text can go through, each in a task of its own. */
const tasks: { readonly [what: string]: string } = {
  "BERT, with dropout in attention": `task t { from: bert(words, layers: 2, width: 8, heads: 2, dropout: 20%).pooled  head: linear(3)  ${classes} }`,
  "T5's encoder, with relative positions": `task t { from: (embed(pair, 8) -> with_task_token -> with_segments -> t5_encoder(layers: 2, heads: 2, buckets: 8, farthest: 6, dropout: 20%)).task  head: linear(3)  ${classes} }`,
  "HyperGrid's gates of each text": `task t { from: (embed(words, 8) -> with_task_token -> t5_encoder(layers: 2, heads: 2, ffn: grid_ffn(grid_gates(rows: 4, columns: 4)))).task  head: linear(3)  ${classes} }`,
  "the SAN head over pairs": `stream read = bert(pair, layers: 1, width: 8, heads: 2)  task t { from: read.tokens  head: san(classes: 3, steps: 2)  ${classes} }`,
  "a ranking of candidates": `stream read = bert(pair, layers: 1, width: 8, heads: 2, dropout: 20%)  task t { from: read.pooled  head: linear(1)  target: ranking("label") }`,
  "two texts": `stream both = concat(embed(words, 8) -> positions, embed(pair, 8) -> with_segments -> positions) -> transformer(layers: 1, heads: 2, attention_dropout: 20%)  task t { from: both  head: classifier(3)  ${classes} }`,
  "positions of what is joined to a text": `stream both = concat(embed(words, 8), look) -> positions -> transformer(layers: 1, heads: 2, dropout: 20%)  task t { from: both  head: classifier(3)  ${classes} }`,
  "fixed positions": `task t { from: embed(words, 8) -> positions(kind: sine) -> encoder_layer(heads: 2)  head: classifier(3)  ${classes} }`,
  bottlenecks: `fusion met = bottleneck(tokens, look, bottlenecks: 2, layers: 2, heads: 2, dropout: 20%, stochastic_depth: 20%)  task t { from: [met.tokens -> classifier(3), met.look -> classifier(3)]  head: ensemble  ${classes} }`,
  "bottlenecks that are passed on": `fusion met = bottleneck(look, tokens, bottlenecks: 2, layers: 2, update: sequential, heads: 2, dropout: 20%)  task t { from: [met.tokens -> classifier(3), met.look -> classifier(3)]  head: ensemble  ${classes} }`,
  "a text that rows may lack": `stream maybe = optional words -> embed(8) -> with_cls -> positions  fusion met = bottleneck(maybe, look, bottlenecks: 2, layers: 1, heads: 2, dropout: 20%)  task t { from: [met.maybe -> classifier(3), met.look -> classifier(3)]  head: ensemble  uses: [optional words, seen]  ${classes} }`,
  "streams that never meet": `fusion met = late(tokens, look, layers: 1, heads: 2, dropout: 20%)  task t { from: [met.tokens -> classifier(3), met.look -> classifier(3)]  head: ensemble  ${classes} }`,
  "merged streams": `fusion met = merged(tokens, look, layers: 1, heads: 2, dropout: 20%)  task t { from: [met.tokens -> classifier(3), met.look -> classifier(3)]  head: ensemble  ${classes} }`,
  "crossed streams": `fusion met = crossed(tokens, look, layers: 1, heads: 2, dropout: 20%)  task t { from: [met.tokens -> classifier(3), met.look -> classifier(3)]  head: ensemble  ${classes} }`,
  "co-attention": `stream met = co_attention(tokens, look, heads: 2, dropout: 20%)  task t { from: met.image  head: classifier(3)  ${classes} }`,
  "latents that read a text": `stream thought = latents(4, 8) -> cross_attend(tokens, heads: 2, dropout: 20%) -> self_attends(layers: 1, heads: 2, dropout: 20%)  task t { from: thought  head: classifier(3)  ${classes} }`,
  "a decoder": `stream asked = look -> decoder(tokens, layers: 1, heads: 2, dropout: 20%)  task t { from: asked  head: classifier(3)  ${classes} }`,
  "windows of tokens": `task t { from: embed(words, 8) -> windows(3) -> linear(8) -> encoder_layer(heads: 2)  head: classifier(3)  ${classes} }`,
  sum: `task t { from: tokens -> sum  head: linear(3)  ${classes} }`,
  max: `task t { from: tokens -> max  head: linear(3)  ${classes} }`,
  "attention pooling": `task t { from: tokens -> attention_pool(heads: 2)  head: linear(3)  ${classes} }`,
  "a token of the task": `task t { from: tokens -> with_task_token -> encoder_layer(heads: 2)  head: mean -> linear(3)  ${classes} }`,
  "hidden tokens, asked for by their features": `layer table = embed(8)  stream read = words -> table -> windows(3) -> linear(8)  stream asked = at_places(read, masked_positions(words)) -> cross_attend(latents(3, 8) -> cross_attend(read, heads: 2), heads: 2)  task t { from: asked  head: tied(table)  target: masked(words, rate: 30%) }`,
  "hidden tokens, asked for by their places": `stream asked = masked_positions(words) -> embed(8) -> cross_attend(words -> embed(8) -> positions, heads: 2, dropout: 20%)  task t { from: asked  head: linear(20)  target: masked(words, rate: 30%) }`,
};

describe.each(Object.entries(tasks))("%s", (_what, task) => {
  const columns = task.includes("ranking") ? `  columns: { pair: ["one", each("others", max_candidates: 2)] }` : "";
  const plan = programOf(`${texts} ${task} dataset d { path: "d.jsonl"  tasks: [t]${columns} } ${stage}`).plan("s");
  const shorter = plan.buckets("t").slice(0, -1);

  test("is compiled at every length", () => expect(shorter.length).toBeGreaterThan(0));

  test.each(shorter.map((lengths) => ({ lengths })))(
    "gives the losses and gradients of the full length at $lengths",
    ({ lengths }) => {
      const [full, short] = [plan.gradients("t"), plan.gradients("t", { lengths })];
      expect(verify(short)).toEqual([]);
      agree(full, short, lengths);
    },
  );

  test.each(shorter.map((lengths) => ({ lengths })))("evaluates as at the full length at $lengths", ({ lengths }) =>
    agree(plan.evaluate("t"), plan.evaluate("t", { lengths }), lengths),
  );
});

function agree(full: Graph, short: Graph, lengths: TextLengths): void {
  const values = valuesOf(full, lengths);
  const [wanted, found] = [interpret(full, values), interpret(short, shortened(full, short, values))];
  expect(short.outputs.map(({ name, value }) => [name, value.shape])).toEqual(
    full.outputs.map(({ name, value }) => [name, value.shape]),
  );
  for (const name of wanted.keys())
    expect(furthest(outputOf(found, name), outputOf(wanted, name)), name).toBeLessThan(1e-9);
  // Something is learnt at all, and padding would be noticed. A task may leave a part of its stream unread: the pooled
  // token, the other side of a fusion.
  const gradients = full.outputs.filter(({ role }) => role.kind === "gradient");
  expect(
    gradients.filter(({ name }) => outputOf(wanted, name).some((value) => value !== 0)).length,
  ).toBeGreaterThanOrEqual(gradients.length / 2);
}

const keys = ["a", "b", "c"];

/** A text that is as long as the shorter graph takes, one of one token, and an empty one. */
function valuesOf(graph: Graph, lengths: TextLengths): Values {
  const bytes = new Map<string, Uint8Array>();
  fillRandomInputs(graph.inputs, { seed: 1, stage: "s", epoch: 0, keys }, bytes);
  return new Map(graph.inputs.map((input) => [input.name, valueOf(input, lengths, bytes)]));
}

function valueOf(
  { role, name, value: { shape } }: GraphInput,
  lengths: TextLengths,
  bytes: ReadonlyMap<string, Uint8Array>,
): ArrayLike<number> {
  const size = sizeOf(shape);
  const random = generator(3, name);
  const filled = (value: (index: number) => number) => Array.from({ length: size }, (_, index) => value(index));
  if (role.kind === "random") return bytes.get(name) ?? [];
  if (role.kind === "row_weight" || role.kind === "class_mask") return filled(() => 1);
  const feature = role.kind === "feature" ? featureOf(role.feature, shape.at(-1) ?? 1, lengths, random) : undefined;
  return feature ? filled(feature) : Float64Array.from({ length: size }, () => 0.5 * random.normal());
}

/** The value of a feature at an index; `undefined` for a feature of real numbers. */
function featureOf(
  feature: string,
  last: number,
  lengths: TextLengths,
  random: ReturnType<typeof generator>,
): ((index: number) => number) | undefined {
  const [modality = "", part] = feature.split(".");
  const position = (index: number): number => index % last;
  const reach = (index: number): number => [lengths[modality] ?? most, 1, 0][Math.floor(index / last) % 3] ?? 0;
  const inText = (index: number): boolean => position(index) < reach(index);
  const isMasked = (index: number): boolean => position(index) < Math.min(2, reach(index));
  if (part === "mask" && feature.endsWith(`${modality}.mask`)) return (index) => Number(inText(index));
  if (feature.endsWith(".masked.mask")) return (index) => Number(isMasked(index));
  const id = (index: number): number => (inText(index) ? 5 + random.below(15) : 0);
  const parts: { readonly [part: string]: (index: number) => number } = {
    ids: id,
    original: id,
    segments: (index) => Number(inText(index) && position(index) > 1),
    masked: (index) => (isMasked(index) ? reach(index) - 1 - position(index) : 0),
    present: (index) => Number(index !== 2),
    target: () => random.below(2),
  };
  return part === undefined ? undefined : parts[part];
}

/** The same values for a shorter graph: the first tokens of its texts, and its own random bytes. */
function shortened(full: Graph, short: Graph, values: Values): Values {
  const bytes = new Map<string, Uint8Array>();
  fillRandomInputs(short.inputs, { seed: 1, stage: "s", epoch: 0, keys }, bytes);
  return new Map(
    short.inputs.map(({ name, role, value: { shape } }) => {
      const given = values.get(name) ?? [];
      if (role.kind === "random") return [name, bytes.get(name) ?? []];
      const [own, whole] = [
        shape.at(-1) ?? 1,
        full.inputs.find((input) => input.name === name)?.value.shape.at(-1) ?? 1,
      ];
      return [
        name,
        role.kind === "feature" && own < whole ? Array.from(given).filter((_, index) => index % whole < own) : given,
      ];
    }),
  );
}
