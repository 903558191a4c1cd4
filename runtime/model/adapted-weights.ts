import type { Graph } from "../../compiler/graph/graph.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import type { Tensors } from "../checkpoint/checkpoint.ts";
import type { Engine } from "../engines/engine.ts";
import { storeOf } from "../evaluation/evaluate-tasks.ts";
import { BoundExecutable } from "../train/step/bound-executable.ts";

/** The values that a task reads instead of its weights, by the names of those; empty if it reads them as they are. */
export async function adaptedWeights(
  { plan, task, weights }: { readonly plan: StagePlan; readonly task: string; readonly weights: Tensors },
  engine: Engine,
): Promise<Tensors> {
  const graph = plan.adapted?.(task);
  if (!graph) return new Map();
  const executable = new BoundExecutable(await engine.load(graph), storeOf(plan, weights));
  try {
    const results = await executable.run({});
    return new Map(
      graph.outputs.flatMap(({ name, role, value }) => {
        const data = results.get(name);
        return role.kind === "stream" && data instanceof Float32Array
          ? [[role.stream, { shape: value.shape, data: data.slice() }] as const]
          : [];
      }),
    );
  } finally {
    await executable.dispose();
  }
}

/** The weights that only `adapt` reads: merged into others, they are not needed. */
export function weightsOfAdapt(plan: StagePlan, task: string): ReadonlySet<string> {
  const namesOf = (graph: Graph | undefined): readonly string[] =>
    graph?.inputs.flatMap(({ role }) => (role.kind === "weight" ? [role.weight] : [])) ?? [];
  const adapted = namesOf(plan.adapted?.(task));
  if (adapted.length === 0) return new Set();
  const left = new Set(namesOf(plan.predict(task, { batch: 1, weights: "merged" })));
  return new Set(adapted.filter((name) => !left.has(name)));
}

/** True if two tables have the same numbers under each name that both have. */
export function agree(left: Tensors, right: Tensors): boolean {
  return [...left].every(([name, { data }]) => {
    const other = right.get(name);
    return !other || data.every((value, index) => Object.is(value, other.data[index]));
  });
}
