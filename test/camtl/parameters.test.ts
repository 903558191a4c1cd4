import { expect, test } from "vitest";
import type { WeightDeclaration } from "../../compiler/stage/plan.ts";
import { forwardOf, sound } from "../elaborate/harness.ts";
import { parameters } from "../perceiver/support.ts";

// These are BERT-base's sizes: width d and L tokens, so that there are d ∕ L = 6 blocks of w = ⌈L ∕ 6⌉ columns.
const [d, length, w, down, tasks] = [768, 128, 22, 256, 8];
const film = (outputs: number): number => 2 * outputs * (d + 1);

const names = Array.from({ length: tasks }, (_, index) => `t${index}`);
const text = (encoder: string): string => `model base
modality words: text(max_length: ${length - 1}, tokenizer: word_piece(1000), segments: 2)
stream condition = task_embedding(${d})
stream context = words -> ${encoder}layers: 12, width: ${d}, heads: 12)
${names.map((name) => `task ${name} { from: context.pooled + 0 * condition  head: linear(2)  target: category("y", classes: 2) }`).join("\n")}
dataset a { path: "a.jsonl"  columns: { words: ["first", "second"] }  tasks: [${names.join(", ")}] }`;

/** The number of weights of all tasks together. */
function weightsOf(encoder: string): readonly WeightDeclaration[] {
  const program = sound(text(encoder), { unused: "allowed" });
  const all = names.flatMap((task) => forwardOf(program, { task, batch: 1 }).weights);
  return [...new Map(all.map((weight) => [weight.name, weight])).values()];
}

test("CA-MTL of BERT-base's size adds as many parameters as the authors' code, part by part", () => {
  const weights = weightsOf("conditional_bert(condition, ");
  const parts = {
    vectors: [/^condition\./u, tasks * d],
    transformation: [/^context\.condition\./u, d * d + d],
    alignment: [/^context\.aligned\./u, film(d)],
    attention: [/\.conditional_bias\./u, 12 * (length * w + film(w))],
    // There are two in each of six layers, and one after the bottleneck.
    norms: [/_norm\.(?:factor|shift)\./u, 13 * film(d)],
    bottleneck: [/\.conditional_bottleneck\./u, d * d + d + film(d) + 2 * d * down + down + d],
  } as const;
  for (const [pattern, expected] of Object.values(parts)) expect(parameters(weights, pattern)).toBe(expected);
  expect(length * w + film(w)).toBe(36_652);
  // BERT's specification has the tasks' vectors too, and the additional norm a scale and an offset of its own.
  const additional = parameters(weights) - parameters(weightsOf("bert(")) + tasks * d;
  expect(additional).toBe(Object.values(parts).reduce((sum, [, expected]) => sum + expected, 0) + 2 * d);
  expect(additional).toBe(19_740_688);
});

test("the side path of BERT-large's size adds as many parameters as the authors' code", () => {
  const [wide, count] = [1024, 24];
  const [columns, narrow] = [16, Math.floor(wide / 3)];
  const of = (outputs: number): number => 2 * outputs * (wide + 1);
  const large = (encoder: string): readonly WeightDeclaration[] =>
    forwardOf(
      sound(
        `model large
modality words: text(max_length: ${length - 1}, tokenizer: word_piece(1000), segments: 2)
stream condition = task_embedding(${wide})
stream context = words -> ${encoder}layers: ${count}, width: ${wide}, heads: 16)
task t { from: context.pooled + 0 * condition  head: linear(2)  target: category("y", classes: 2) }
dataset a { path: "a.jsonl"  columns: { words: ["first", "second"] }  tasks: [t] }`,
        { unused: "allowed" },
      ),
      { batch: 1 },
    ).weights;
  const weights = large("conditional_bert(condition, bottlenecks: side, ");
  const bottleneck = wide * wide + wide + of(wide) + 2 * wide * narrow + narrow + wide;
  expect(parameters(weights, /\.side_path\.\d+\./u)).toBe(count * bottleneck);
  // There are two conditional norms in each of 12 layers, and none after a bottleneck.
  expect(parameters(weights, /_norm\.(?:factor|shift)\./u)).toBe(count * of(wide));
  const bert = large("bert(");
  expect(weights.map(({ name }) => name)).toEqual(expect.arrayContaining(bert.map(({ name }) => name)));
  const additional = parameters(weights) - parameters(bert) + tasks * wide;
  expect(parameters(weights, /\.conditional_bias\./u)).toBe(count * (length * columns + of(columns)));
  expect(additional).toBe(146_738_936);
});
