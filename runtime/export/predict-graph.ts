import type { Graph } from "../../compiler/graph/graph.ts";
import { withConstants } from "../../compiler/graph/with-constants.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import type { Tensors } from "../checkpoint/checkpoint.ts";
import { openEngine } from "../engines/open-engine.ts";
import { adaptedWeights, agree } from "../model/adapted-weights.ts";
import type { TrainedWeights } from "../model/trained-weights.ts";
import type { StageGraph } from "./stage-graphs.ts";

export interface PredictGraph {
  /** Makes the graph for a number of rows, by default that of the stage graph. */
  readonly graph: (rows?: number) => Graph | undefined;
  /** `merged` if what `adapt` makes of weights is merged into them. */
  readonly weights: "merged" | undefined;
}

/** A graph that predicts with the weights of a trained model as constants, into which those of `adapt` are merged. */
export async function predictGraph(
  { tasks, graph, merges }: StageGraph,
  trained: TrainedWeights,
  more: readonly (readonly [string, Float32Array])[],
): Promise<PredictGraph> {
  const weights = await trained(tasks[0] ?? "");
  const adapted = merges && (await adaptedOfAll(merges, tasks, trained));
  const constants = (table: Tensors): ReadonlyMap<string, Float32Array> =>
    new Map([...[...table].map(([name, { data }]) => [name, data] as const), ...more]);
  const known = constants(adapted ? new Map([...weights, ...adapted]) : weights);
  const form = { weights: adapted && ("merged" as const) };
  return {
    ...form,
    graph: (rows) => {
      const own = graph({ ...form, ...(rows === undefined ? {} : { rows }) });
      return own && withConstants(own, known);
    },
  };
}

/** `undefined` if nothing is adapted, and if the tasks of a pass read one weight differently, which then cannot be merged for all of them. */
async function adaptedOfAll(
  plan: StagePlan,
  tasks: readonly string[],
  trained: TrainedWeights,
): Promise<Tensors | undefined> {
  if (tasks.every((task) => plan.adapted?.(task) === undefined)) return undefined;
  const engine = await openEngine({ threads: 1 });
  try {
    const tables: Tensors[] = [];
    for (const task of tasks) tables.push(await adaptedWeights({ plan, task, weights: await trained(task) }, engine));
    const [first, ...others] = tables;
    // A weight that one task adapts and another one reads as it is cannot be merged, either.
    const isSame = others.every((other) => first && other.size === first.size && agree(first, other));
    return isSame ? first : undefined;
  } finally {
    await engine.dispose();
  }
}
