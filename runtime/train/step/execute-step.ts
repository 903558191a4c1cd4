import { type StagePlan, isFused } from "../../../compiler/stage/plan.ts";
import type { Rules } from "../../../compiler/semantics.ts";
import type { TensorData } from "../../engines/engine.ts";
import type { PhaseBalancer } from "../balance/phase-balancer.ts";
import type { BoundExecutable } from "./bound-executable.ts";
import { GradientSum, batchFactors } from "./gradient-sum.ts";
import type { StageExecutables } from "./stage-executables.ts";
import type { PreparedBatch, PreparedStep, PreparedTask } from "../supply/step-supply.ts";
import type { UpdateCounts } from "./update-counts.ts";

export interface TaskOutcome {
  readonly task: string;
  readonly epoch: number;
  readonly loss: number;
  /** The number of its rows, if a step mixes tasks. */
  readonly rows?: number;
  /** The factor that a balance gave the loss; `undefined` for a plain sum. */
  readonly scale?: number;
  /** Norm of this task's gradient before clipping and balancing. Set if the stage logs gradients, or clips in steps of one task. */
  readonly gradientNorm?: number;
  /** Terms of the loss, by name. */
  readonly terms: ReadonlyMap<string, number>;
}

export interface StepOutcome {
  readonly tasks: readonly TaskOutcome[];
  /** The sum over tasks, or their mean where a step mixes them. */
  readonly loss: number;
  /** Norm of the gradient before clipping. Set if the stage clips or logs gradients. */
  readonly gradientNorm?: number;
}

/** Makes one update. */
export interface StepExecutor {
  /** `factor` is the schedule's, on the learning rate. */
  run(step: PreparedStep, factor: number): Promise<StepOutcome>;
}

export interface ExecutorParts {
  readonly plan: Pick<StagePlan, "stage" | "passes">;
  readonly executables: StageExecutables;
  readonly counts: UpdateCounts;
  readonly balancer: Pick<PhaseBalancer, "balance">;
  readonly rules: Pick<Rules, "weightedMean">;
}

export function openExecutor(parts: ExecutorParts): StepExecutor {
  if (isFused(parts.plan))
    return parts.executables.training === "step" ? fusedExecutor(parts) : unsummedExecutor(parts);
  return parts.plan.stage.balance.kind === "fixed" ? splitExecutor(parts) : balancedExecutor(parts);
}

function fusedExecutor({ executables, counts }: ExecutorParts): StepExecutor {
  return {
    run: async (given, factor) => {
      const { only, prepared } = onlyBatch(given);
      const step = await executables.get({ kind: "step", task: only.task, variant: prepared.variant });
      const outputs = await step.run({ ...prepared, updates: counts.count(step.graph, factor) });
      const outcome = { ...only, ...lossesOf(step, outputs) };
      return { tasks: [{ ...outcome, ...gradientNormOf(outputs) }], loss: outcome.loss, ...gradientNormOf(outputs) };
    },
  };
}

function onlyBatch({ tasks: [only] }: PreparedStep): { readonly only: PreparedTask; readonly prepared: PreparedBatch } {
  const [prepared] = only?.batches ?? [];
  if (!only || !prepared) throw new Error("a step without a batch");
  return { only, prepared };
}

/** The gradients of one batch, and the update from them as they are. */
function unsummedExecutor({ executables, counts }: ExecutorParts): StepExecutor {
  return {
    run: async (given, factor) => {
      const { only, prepared } = onlyBatch(given);
      const [step, apply] = [
        await executables.get({ kind: "gradients", task: only.task, variant: prepared.variant }),
        await executables.get({ kind: "apply", tasks: [only.task] }),
      ];
      const gradients = await step.run(prepared);
      const outcome = { ...only, ...lossesOf(step, gradients) };
      const outputs = await apply.run({ gradients, updates: counts.count(apply.graph, factor) });
      return { tasks: [{ ...outcome, ...gradientNormOf(outputs) }], loss: outcome.loss, ...gradientNormOf(outputs) };
    },
  };
}

/**
 * Gradients of every batch first, then one update. The gradient of a task is the mean over the rows of all its batches, as if they were one
 * batch; that of a joint step is the sum over tasks, each already weighted by its `weight` in its own loss, and that of a mixed step their mean.
 * Host sums run in the order of the stage's tasks and then of batches. States advance with every batch.
 */
function splitExecutor({ plan, executables, counts, rules }: ExecutorParts): StepExecutor {
  const sumFor = sums();
  return {
    run: async ({ tasks }, factor) => {
      const apply = await executables.get({ kind: "apply", tasks: tasks.map((each) => each.task) });
      const sum = sumFor(apply, "all");
      const outcomes: TaskOutcome[] = [];
      const share = shareOf(plan, tasks);
      for (const each of tasks) {
        const own = plan.stage.log === "gradients" && tasks.length > 1 ? sumFor(apply, each.task) : undefined;
        const outcome = await addGradients({ executables, rules }, each, [
          { sum, share },
          ...(own ? [{ sum: own, share: 1 }] : []),
        ]);
        outcomes.push(own ? { ...outcome, gradientNorm: own.norm } : outcome);
      }
      const outputs = await apply.run({ gradients: sum.sums, updates: counts.count(apply.graph, factor) });
      return stepOutcome(plan, tasks, outcomes, outputs);
    },
  };
}

/** The split executor with the gradients of each task kept apart until the balancer has seen all of them. */
function balancedExecutor({ plan, executables, counts, balancer, rules }: ExecutorParts): StepExecutor {
  const sumFor = sums();
  return {
    run: async ({ tasks }, factor) => {
      const apply = await executables.get({ kind: "apply", tasks: tasks.map((each) => each.task) });
      const parts: { readonly outcome: TaskOutcome; readonly gradients: GradientSum }[] = [];
      for (const each of tasks) {
        const gradients = sumFor(apply, each.task);
        const outcome = await addGradients({ executables, rules }, each, [{ sum: gradients, share: 1 }]);
        parts.push({
          outcome: plan.stage.log === "gradients" ? { ...outcome, gradientNorm: gradients.norm } : outcome,
          gradients,
        });
      }
      const scales = balancer.balance(
        parts.map(({ outcome, gradients }) => ({ task: outcome.task, loss: outcome.loss, gradients: gradients.sums })),
      );
      const sum = sumFor(apply, "all");
      const share = shareOf(plan, tasks);
      for (const [index, { gradients }] of parts.entries()) sum.add(gradients.sums, share * (scales[index] ?? 1));
      const outputs = await apply.run({ gradients: sum.sums, updates: counts.count(apply.graph, factor) });
      const outcomes = parts.map(({ outcome }, index) => ({ ...outcome, scale: scales[index] ?? 1 }));
      return stepOutcome(plan, tasks, outcomes, outputs);
    },
  };
}

/** The share of each task's mean loss in that of the step. */
function shareOf({ stage }: ExecutorParts["plan"], tasks: readonly PreparedTask[]): number {
  return stage.step.kind === "mixed" ? 1 / tasks.length : 1;
}

function stepOutcome(
  plan: ExecutorParts["plan"],
  tasks: readonly PreparedTask[],
  outcomes: readonly TaskOutcome[],
  outputs: ReadonlyMap<string, TensorData>,
): StepOutcome {
  const loss = shareOf(plan, tasks) * outcomes.reduce((total, each) => total + each.loss, 0);
  const rowsOf = (index: number) => tasks[index]?.batches.reduce((sum, { batch }) => sum + batch.keys.length, 0) ?? 0;
  const counted =
    plan.stage.step.kind === "mixed" ? outcomes.map((each, index) => ({ ...each, rows: rowsOf(index) })) : outcomes;
  const whole = gradientNormOf(outputs);
  const [only, ...others] = counted;
  // Batches that were added up for one task: the gradient of the step is its own.
  return { tasks: only && others.length === 0 ? [{ ...whole, ...only }] : counted, loss, ...whole };
}

/** A cleared sum for the gradients that an `apply` graph takes, one for each of what is summed: a task, or all. */
function sums(): (apply: BoundExecutable, of: string) => GradientSum {
  const known = new Map<string, GradientSum>();
  return (apply, of) => {
    const key = `${apply.graph.name}: ${of}`;
    const sum = known.get(key) ?? new GradientSum(apply.graph.inputs);
    known.set(key, sum);
    sum.clear();
    return sum;
  };
}

async function addGradients(
  { executables, rules }: Pick<ExecutorParts, "executables" | "rules">,
  { task, epoch, batches }: PreparedTask,
  into: readonly { readonly sum: GradientSum; readonly share: number }[],
): Promise<TaskOutcome> {
  const factors = batchFactors(
    batches.map(({ batch }) => batch.rowWeight),
    rules.weightedMean,
  );
  let loss = 0;
  const terms = new Map<string, number>();
  for (const [index, prepared] of batches.entries()) {
    const factor = factors[index] ?? 0;
    const gradients = await executables.get({ kind: "gradients", task, variant: prepared.variant });
    const outputs = await gradients.run(prepared);
    for (const { sum, share } of into) sum.add(outputs, share * factor);
    const losses = lossesOf(gradients, outputs);
    loss += factor * losses.loss;
    for (const [term, value] of losses.terms) terms.set(term, (terms.get(term) ?? 0) + factor * value);
  }
  return { task, epoch, loss, terms };
}

function lossesOf(
  { graph }: BoundExecutable,
  outputs: ReadonlyMap<string, TensorData>,
): Pick<TaskOutcome, "loss" | "terms"> {
  const scalar = (name: string) => outputs.get(name)?.[0] ?? Number.NaN;
  const terms = graph.outputs.flatMap(({ role, name }) =>
    role.kind === "loss_term" ? [[role.term, scalar(name)] as const] : [],
  );
  return { loss: scalar("loss"), terms: new Map(terms) };
}

function gradientNormOf(outputs: ReadonlyMap<string, TensorData>): Pick<StepOutcome, "gradientNorm"> {
  const gradientNorm = outputs.get("scalar/gradient_norm")?.[0];
  return gradientNorm === undefined ? {} : { gradientNorm };
}
