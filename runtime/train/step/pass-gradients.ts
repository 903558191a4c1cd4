import { lossScale } from "../../../compiler/differentiate/training-graphs.ts";
import { type OutputRole, roleName } from "../../../compiler/graph/graph.ts";
import type { Rules } from "../../../compiler/semantics.ts";
import type { TensorData } from "../../engines/engine.ts";
import type { TaskLoss } from "../balance/balancer.ts";
import type { PreparedBatch, PreparedPass } from "../supply/step-supply.ts";
import type { BoundExecutable } from "./bound-executable.ts";
import type { GradientSum } from "./gradient-sum.ts";
import type { StageExecutables } from "./stage-executables.ts";
import { MeanOutcomes, type TaskOutcome, outcomesOf } from "./task-outcomes.ts";

export interface GradientParts {
  readonly executables: StageExecutables;
  readonly rules: Pick<Rules, "weightedMean">;
}

/** A sum to which gradients are added, and the factor by which those of a task count. */
interface Share {
  readonly sum: GradientSum;
  readonly share: (task: string) => number;
}

/**
 * Adds the gradients of the sum of a pass's losses, by one backward pass a batch. With several tasks the factor of each in
 * a batch is an input of the graph, because it depends on how many rows have the task's target.
 */
export async function addTogether(
  { executables, rules }: GradientParts,
  pass: PreparedPass,
  { sum, share }: Share,
): Promise<readonly TaskOutcome[]> {
  const outcomes = new MeanOutcomes(pass, rules);
  for (const [index, prepared] of pass.batches.entries()) {
    const gradients = await executables.get({ kind: "gradients", pass: pass.tasks, variant: prepared.variant });
    const outputs = await gradients.run(
      withScales(prepared, pass.tasks, (task) => share(task) * outcomes.factorOf(task, index)),
    );
    const [only = "", ...others] = pass.tasks;
    sum.add(outputs, others.length > 0 ? 1 : share(only) * outcomes.factorOf(only, index));
    outcomes.add(index, outcomesOf(pass, gradients, outputs));
  }
  return outcomes.all();
}

/** Adds the gradients of each task of a pass to sums of its own: one forward pass a batch, and a backward pass for each task. */
export async function addApart(
  { executables, rules }: GradientParts,
  pass: PreparedPass,
  into: (task: string) => readonly Share[],
): Promise<readonly TaskOutcome[]> {
  const isShared = pass.tasks.length > 1;
  const targets = new Map(pass.tasks.map((task) => [task, into(task)]));
  const outcomes = new MeanOutcomes(pass, rules);
  for (const [index, prepared] of pass.batches.entries()) {
    const gradients = await executables.get({
      kind: isShared ? "taskGradients" : "gradients",
      pass: pass.tasks,
      variant: prepared.variant,
    });
    const outputs = await gradients.run(prepared);
    for (const [task, shares] of targets) {
      const own = isShared ? gradientsOfTask(gradients, outputs, task) : outputs;
      for (const { sum, share } of shares) sum.add(own, share(task) * outcomes.factorOf(task, index));
    }
    outcomes.add(index, outcomesOf(pass, gradients, outputs));
  }
  return outcomes.all();
}

/** The gradients of each task of a pass of one batch, in the buffers of the engine, which stay as they are until the next step of the pass. */
export async function gradientsOfBatch(
  executables: StageExecutables,
  pass: PreparedPass,
): Promise<{
  readonly outcomes: readonly TaskOutcome[];
  readonly gradients: ReadonlyMap<string, ReadonlyMap<string, TensorData>>;
}> {
  const [prepared] = pass.batches;
  if (!prepared) throw new Error("a step without a batch");
  const isShared = pass.tasks.length > 1;
  const graph = await executables.get({
    kind: isShared ? "taskGradients" : "gradients",
    pass: pass.tasks,
    variant: prepared.variant,
  });
  const outputs = await graph.run(prepared);
  return {
    outcomes: outcomesOf(pass, graph, outputs),
    gradients: new Map(
      pass.tasks.map((task) => [task, isShared ? gradientsOfTask(graph, outputs, task) : outputs] as const),
    ),
  };
}

/** The losses of the same rows by the current weights, in training mode and with the same random bytes. No state advances. */
export async function lossesNow(
  { executables, rules }: GradientParts,
  passes: readonly PreparedPass[],
): Promise<readonly TaskLoss[]> {
  const losses: TaskLoss[] = [];
  for (const pass of passes) {
    const outcomes = new MeanOutcomes(pass, rules);
    for (const [index, prepared] of pass.batches.entries()) {
      const graph = await executables.get({ kind: "loss", pass: pass.tasks, variant: prepared.variant });
      outcomes.add(index, outcomesOf(pass, graph, await graph.run(prepared)));
    }
    losses.push(...outcomes.all());
  }
  return losses;
}

/** The gradients of one task by the input of the `apply` graph. */
function gradientsOfTask(
  executable: BoundExecutable,
  outputs: ReadonlyMap<string, TensorData>,
  task: string,
): ReadonlyMap<string, TensorData> {
  return outputsBy(executable, outputs, (role) =>
    role.kind === "gradient" && role.task === task ? roleName({ kind: "gradient", weight: role.weight }) : undefined,
  );
}

/** The gradients of one task with respect to what all tasks share, by their index. */
export function representationGradients(
  executable: BoundExecutable,
  outputs: ReadonlyMap<string, TensorData>,
  task: string,
): ReadonlyMap<string, TensorData> {
  return outputsBy(executable, outputs, (role) =>
    role.kind === "representation_gradient" && role.task === task ? String(role.index) : undefined,
  );
}

/** Outputs of a graph under the names that their roles have; without those that have none. */
function outputsBy(
  { graph }: BoundExecutable,
  outputs: ReadonlyMap<string, TensorData>,
  nameOf: (role: OutputRole) => string | undefined,
): ReadonlyMap<string, TensorData> {
  return new Map(
    graph.outputs.flatMap(({ name, role }) => {
      const [key, value] = [nameOf(role), outputs.get(name)];
      return key !== undefined && value ? [[key, value] as const] : [];
    }),
  );
}

/** The batch with the factor of each task's loss in the sum that a pass of several tasks differentiates. */
export function withScales(
  prepared: PreparedBatch,
  tasks: readonly string[],
  scaleOf: (task: string) => number,
): PreparedBatch {
  if (tasks.length === 1) return prepared;
  const scales = tasks.map((task) => [lossScale(task), scaleOf(task)] as const);
  return { ...prepared, scalars: new Map([...prepared.scalars, ...scales]) };
}
