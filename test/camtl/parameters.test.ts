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
