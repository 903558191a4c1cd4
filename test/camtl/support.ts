import type { Graph } from "../../compiler/graph/graph.ts";
import type { ForwardGraph } from "../../compiler/stage/plan.ts";
import { initialWeight } from "../../runtime/train/phase/initialize.ts";
import { type Given, evaluate } from "../elaborate/harness.ts";

const sizes = "layers: 4, width: 16, heads: 2, dropout: 0%";

/** A specification of two tasks over one encoder of 8 tokens and width 16, which has 2 blocks of 4 × 4. */
export function model(encoder: string, more = ""): string {
  return `model camtl
modality words: text(max_length: 7, tokenizer: characters(20), segments: 2)
stream condition = task_embedding(16)
stream context = words -> ${encoder}
task one { from: context.pooled + 0 * condition  head: linear(2)  target: category("y", classes: 2) }
task two { from: context.pooled + 0 * condition  head: linear(2)  target: category("y", classes: 2) }
dataset a { path: "a.jsonl"  columns: { words: ["first", "second"] }  tasks: [one, two] }
${more}`;
}

/** Two rows of seven tokens in one segment. */
export const words: Given = {
  "feature/words.ids": Array.from({ length: 14 }, (_, at) => (5 * at) % 17),
  "feature/words.segments": new Float64Array(14),
};
export const vectorOf = (task: string): string => `condition.learned.${task}.value`;

export const plain = `bert(${sizes})`;
export const conditional = (more = ""): string => `conditional_bert(condition, ${sizes}${more})`;

/** The initial weights by name. */
export function initialWeights({ weights }: Pick<ForwardGraph, "weights">, seed = 1): Given {
  return Object.fromEntries(
    weights.map(({ name, shape, initializer }) => [name, initialWeight({ seed, name, shape, initializer })]),
  );
}

export const zerosFor = ({ inputs }: Graph, pattern: RegExp): Given =>
  Object.fromEntries(
    inputs
      .filter(({ name }) => pattern.test(name))
      .map(({ name, value }) => [name, new Float64Array(value.shape.reduce((product, size) => product * size, 1))]),
  );

export function logits(graph: Graph, given: Given = {}): readonly number[] {
  return evaluate(graph, given).get("prediction/logits") ?? [];
}

/** The difference of two results, relative to the first one. */
export function relativeChange(from: readonly number[], to: readonly number[]): number {
  const squares = (values: readonly number[]): number => values.reduce((sum, value) => sum + value ** 2, 0);
  return Math.sqrt(squares(from.map((value, at) => value - (to[at] ?? Number.NaN))) / squares(from));
}
