import type { ResolvedTask } from "../../compiler/schema/resolved.ts";
import { memoised } from "../../compiler/stage/memoised.ts";
import { taskTarget } from "../../compiler/targets/task-target.ts";
import type { EncodedExamples } from "../data/batch/encode-examples.ts";
import type { TensorData } from "../engines/engine.ts";
import { predictionsOf } from "../evaluation/evaluate-split.ts";
import { trainedStore } from "../evaluation/evaluate-tasks.ts";
import { predictionOf } from "../model/pass-predictor.ts";
import { runtimeTargetOf } from "../targets/index.ts";
import { unscaled } from "../targets/number-scale.ts";
import { BoundExecutable } from "../train/step/bound-executable.ts";
import { type MatchedSide, type Matcher, type MatcherSettings, readingOnly } from "./matcher.ts";
import { largestBatch, sideEncoder } from "./side-encoder.ts";

/** The inputs of one side of a pair: a row of each feature, by name. */
type SideRow = ReadonlyMap<string, TensorData>;

/**
 * Scores of pairs by a network that reads both values, which computes each pair by itself. Values of both sides are read
 * and encoded once.
 */
export function networkMatcher(settings: MatcherSettings, candidates: string): Matcher<SideRow, SideRow> {
  const { task, plan, engine, weights, specification, preprocessing } = settings;
  const executable = memoised(String, async (batch: number) => {
    const loaded = await engine.load(plan.predict(task.name, { batch }));
    return new BoundExecutable(loaded, await trainedStore({ plan, task: task.name, weights }));
  });
  const predicted = {
    task,
    outputs: taskTarget(task, specification).outputs,
    classes: preprocessing.classes[task.name] ?? [],
    scale: unscaled,
  };
  const { pairScore } = runtimeTargetOf(task.target);
  if (!pairScore) throw new Error(`task ${task.name} scores no pairs`);
  return {
    query: sideOf(
      settings,
      readingOnly(task, (name) => name !== candidates),
    ),
    candidate: sideOf(
      settings,
      readingOnly(task, (name) => name === candidates),
    ),
    scores: async (query, all) => {
      const scores = new Float32Array(all.length);
      const size = all.length === 1 ? 1 : largestBatch;
      const network = await executable(size);
      for (let start = 0; start < all.length; start += size) {
        const pairs = all.slice(start, start + size).map((candidate) => new Map([...query, ...candidate]));
        const outputs = predictionsOf(await network.run({ batch: batchOf(pairs, size) }));
        for (const index of pairs.keys()) {
          const prediction = predictionOf(predicted, outputs, { index, size, question: { candidates: 1 } });
          scores[start + index] = pairScore(prediction);
        }
      }
      return scores;
    },
  };
}

function sideOf(settings: MatcherSettings, task: ResolvedTask): MatchedSide<SideRow> {
  const encode = sideEncoder(settings, task);
  return {
    task,
    prepare: async (examples, notes) => {
      const rows: (SideRow | undefined)[] = [];
      for await (const { examples: some, batch, unusable } of encode(examples, notes))
        rows.push(...some.map((_, row) => (unusable.has(row) ? undefined : rowOf(batch, row))));
      return rows;
    },
  };
}

function rowOf({ features, rowWeight }: EncodedExamples, row: number): SideRow {
  return new Map(
    [...features].map(([name, values]) => {
      const width = values.length / rowWeight.length;
      return [name, values.slice(row * width, (row + 1) * width)];
    }),
  );
}

/** Rows as a batch of a graph, which is filled up with rows that do not count. */
function batchOf(rows: readonly SideRow[], size: number): Pick<EncodedExamples, "features" | "rowWeight" | "keys"> {
  const [first = new Map<string, TensorData>()] = rows;
  const features = new Map(
    [...first].map(([name, { length: width, constructor }]) => {
      const values = new (constructor as new (length: number) => TensorData)(size * width);
      for (const [index, row] of rows.entries()) values.set(row.get(name) ?? [], index * width);
      return [name, values] as const;
    }),
  );
  return { features, rowWeight: new Float32Array(size).fill(1, 0, rows.length), keys: rows.map(() => "") };
}
