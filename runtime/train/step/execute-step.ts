import { type StagePlan, isFused, keepsTasksApart } from "../../../compiler/stage/plan.ts";
import { comparesRepresentations } from "../../../compiler/balance/balance-needs.ts";
import type { ResolvedStep } from "../../../compiler/schema/resolved.ts";
import type { Generator } from "../../random/generator.ts";
import type { Rules } from "../../../compiler/semantics.ts";
import type { TensorData } from "../../engines/engine.ts";
import type { LossFactors, PhaseBalancer } from "../balance/phase-balancer.ts";
import type { BoundExecutable } from "./bound-executable.ts";
import { GradientSum } from "./gradient-sum.ts";
import {
  addApart,
  addTogether,
  gradientsOfBatch,
  lossesNow,
  representationGradients,
  withScales,
} from "./pass-gradients.ts";
import type { StageExecutables } from "./stage-executables.ts";
import type { PreparedBatch, PreparedPass, PreparedStep } from "../supply/step-supply.ts";
import { type StepOutcome, type TaskOutcome, outcomesOf } from "./task-outcomes.ts";
import { UserError } from "../../user-error.ts";
import type { UpdateCounts } from "./update-counts.ts";

/** Makes one update. */
export interface StepExecutor {
  /** `factor` is the schedule's, on the learning rate. */
  run(step: PreparedStep, factor: number): Promise<StepOutcome>;
}

export interface ExecutorParts {
  readonly plan: Pick<StagePlan, "stage" | "tasks" | "passes">;
  readonly executables: StageExecutables;
  readonly counts: UpdateCounts;
  readonly balancer: Pick<PhaseBalancer, "before" | "observe" | "balance" | "factorOf" | "learns" | "learn">;
  readonly rules: Pick<Rules, "weightedMean">;
  /** Random numbers for an update, which is counted from 0. */
  readonly random: (update: number) => Pick<Generator, "uniform" | "permutation">;
}

export function openExecutor(parts: ExecutorParts): StepExecutor {
  const { plan, executables } = parts;
  if (plan.stage.step.kind === "hogwild") return hogwildExecutor(parts, plan.stage.step);
  if (comparesRepresentations(plan.stage.balance)) return representationExecutor(parts);
  if (!isFused(plan)) return keepsTasksApart(plan) ? balancedExecutor(parts) : splitExecutor(parts);
  const whole = executables.training === "step" ? fusedExecutor(parts) : unsummedExecutor(parts);
  if (plan.stage.balance.kind === "fixed") return whole;
  // The graphs of one task, the last of a stage that others have left, have no factor: its gradients are multiplied.
  const ofOne = splitExecutor(parts);
  return { run: (step, factor) => (tasksOfStep(plan, step).length > 1 ? whole : ofOne).run(step, factor) };
}

function fusedExecutor(parts: ExecutorParts): StepExecutor {
  const { executables, counts, balancer } = parts;
  return {
    run: async (given, factor) => {
      const { only, prepared } = onlyBatch(given);
      const factors = balancer.before(only.tasks);
      const step = await executables.get({ kind: "step", pass: only.tasks, variant: prepared.variant });
      const outputs = await step.run({
        ...weighed(prepared, only, factors),
        updates: counts.count(step.graph, factor),
      });
      return wholeOutcome(await observed(parts, given, outcomesOf(only, step, outputs), factors), outputs);
    },
  };
}

function onlyBatch({ passes: [only] }: PreparedStep): {
  readonly only: PreparedPass;
  readonly prepared: PreparedBatch;
} {
  const [prepared] = only?.batches ?? [];
  if (!only || !prepared) throw new Error("a step without a batch");
  return { only, prepared };
}

/** Takes the gradients of one batch, and makes the update from them as they are. */
function unsummedExecutor(parts: ExecutorParts): StepExecutor {
  const { executables, counts, balancer } = parts;
  return {
    run: async (given, factor) => {
      const { only, prepared } = onlyBatch(given);
      const factors = balancer.before(only.tasks);
      const [step, apply] = [
        await executables.get({ kind: "gradients", pass: only.tasks, variant: prepared.variant }),
        await executables.get({ kind: "apply", tasks: only.tasks }),
      ];
      const gradients = await step.run(weighed(prepared, only, factors));
      const found = outcomesOf(only, step, gradients);
      const outputs = await apply.run({ gradients, updates: counts.count(apply.graph, factor) });
      return wholeOutcome(await observed(parts, given, found, factors), outputs);
    },
  };
}

/** The only batch of a step with the factors of its losses, or with what a graph computes them from. */
function weighed(prepared: PreparedBatch, { tasks }: PreparedPass, { factors, known }: LossFactors) {
  return { ...withScales(prepared, tasks, (task) => factors.get(task) ?? 1), balance: known };
}

/** Tells the balancer of the losses of an update that has been made. Returns the outcomes in the order of the stage, with the factors of their losses. */
async function observed(
  parts: ExecutorParts,
  { passes }: PreparedStep,
  found: readonly TaskOutcome[],
  factors: LossFactors,
): Promise<readonly TaskOutcome[]> {
  const { plan, balancer } = parts;
  if (plan.stage.balance.kind === "fixed") return found;
  const outcomes = inOrder(plan.tasks, found);
  const scales = balancer.observe(outcomes, factors);
  if (balancer.learns) balancer.learn(inOrder(plan.tasks, await lossesNow(parts, passes)));
  return outcomes.map((each, index) => ({ ...each, scale: scales[index] ?? 1 }));
}

/** The outcome of a step of one pass. The norm is that of the gradient of the sum, which is a task's own where it is alone. */
function wholeOutcome(tasks: readonly TaskOutcome[], outputs: ReadonlyMap<string, TensorData>): StepOutcome {
  const norm = gradientNormOf(outputs);
  return {
    tasks: tasks.length === 1 ? tasks.map((each) => ({ ...each, ...norm })) : tasks,
    loss: tasks.reduce((sum, { loss }) => sum + loss, 0),
    ...norm,
  };
}

/** The tasks of a step, in the order of the stage. */
function tasksOfStep({ tasks }: Pick<StagePlan, "tasks">, { passes }: PreparedStep): readonly string[] {
  const drawn = new Set(passes.flatMap((pass) => pass.tasks));
  return tasks.filter((task) => drawn.has(task));
}

/**
 * Computes gradients of every batch first, then makes one update. The gradient of a task is the mean over the rows of
 * all its batches, as if they were one batch; that of a joint step is the sum over tasks, each already weighted by its
 * `weight` in its own loss and by the factor of a balance, and that of a mixed step is their mean. Host sums run in the order of the passes and then
 * of the batches. States advance with every batch.
 */
function splitExecutor(parts: ExecutorParts): StepExecutor {
  const { plan, executables, counts, balancer } = parts;
  const sums = new GradientSums();
  return {
    run: async (step, factor) => {
      const tasks = tasksOfStep(plan, step);
      const apply = await executables.get({ kind: "apply", tasks });
      const sum = sums.cleared(apply, "all");
      const factors = balancer.before(tasks);
      const share = (task: string) => shareOf(plan, tasks) * (factors.factors.get(task) ?? 1);
      const outcomes: TaskOutcome[] = [];
      const logged = plan.stage.log === "gradients" && tasks.length > 1;
      for (const pass of step.passes)
        outcomes.push(
          ...(logged
            ? await addApart(parts, pass, (task) => [
                { sum, share },
                { sum: sums.cleared(apply, task), share: () => 1 },
              ])
            : await addTogether(parts, pass, { sum, share })),
        );
      const outputs = await apply.run({ gradients: sum.sums, updates: counts.count(apply.graph, factor) });
      return stepOutcome(
        plan,
        step,
        (await observed(parts, step, outcomes, factors)).map((each) =>
          logged ? { ...each, gradientNorm: sums.of(apply, each.task).norm } : each,
        ),
        outputs,
      );
    },
  };
}

/**
 * Makes an update for each task with its own optimizer, in a random order. A stale gradient is taken before the first of
 * these updates, and any other one after those of the tasks before it in the order. As the order and the stale gradients are drawn for each step by itself, nothing of them
 * has to be saved.
 */
function hogwildExecutor(
  parts: ExecutorParts,
  { staleness }: Extract<ResolvedStep, { kind: "hogwild" }>,
): StepExecutor {
  const { plan, executables, counts, balancer, random } = parts;
  const sums = new GradientSums();
  return {
    run: async (step, factor) => {
      const drawn = random(counts.steps);
      const order = [...drawn.permutation(step.passes.length)].flatMap((index) => step.passes[index] ?? []);
      const stale = new Set(order.filter(() => drawn.uniform() < staleness));
      const factors = balancer.before(tasksOfStep(plan, step));
      const outcomes: TaskOutcome[] = [];
      const take = async (pass: PreparedPass): Promise<void> => {
        const [task = ""] = pass.tasks;
        const sum = sums.cleared(await executables.get({ kind: "apply", tasks: pass.tasks }), task);
        outcomes.push(...(await addTogether(parts, pass, { sum, share: () => factors.factors.get(task) ?? 1 })));
      };
      for (const pass of step.passes) if (stale.has(pass)) await take(pass);
      counts.begin();
      const norms = new Map<string, Pick<StepOutcome, "gradientNorm">>();
      for (const pass of order) {
        const [task = ""] = pass.tasks;
        if (!stale.has(pass)) await take(pass);
        const apply = await executables.get({ kind: "apply", tasks: pass.tasks });
        const updates = counts.update(apply.graph, factor, task);
        norms.set(task, gradientNormOf(await apply.run({ gradients: sums.of(apply, task).sums, updates })));
      }
      const found = (await observed(parts, step, outcomes, factors)).map((each) => ({
        ...each,
        ...norms.get(each.task),
      }));
      return stepOutcome(plan, step, found, new Map());
    },
  };
}

/** The split executor with the gradients of each task kept apart until the balancer has seen all of them. */
function balancedExecutor(parts: ExecutorParts): StepExecutor {
  const { plan, executables, counts, balancer } = parts;
  const sums = new GradientSums();
  return {
    run: async (step, factor) => {
      const tasks = tasksOfStep(plan, step);
      const apply = await executables.get({ kind: "apply", tasks });
      const logged = plan.stage.log === "gradients";
      const found: TaskOutcome[] = [];
      const gradients = new Map<string, ReadonlyMap<string, TensorData>>();
      for (const pass of step.passes) {
        if (pass.batches.length === 1 && !logged) {
          const only = await gradientsOfBatch(executables, pass);
          found.push(...only.outcomes);
          for (const [task, own] of only.gradients) gradients.set(task, own);
          continue;
        }
        found.push(...(await addApart(parts, pass, (task) => [{ sum: sums.cleared(apply, task), share: () => 1 }])));
        for (const task of pass.tasks) gradients.set(task, sums.of(apply, task).sums);
      }
      const outcomes = inOrder(tasks, found).map((each) =>
        logged ? { ...each, gradientNorm: sums.of(apply, each.task).norm } : each,
      );
      const factors = balancer.balance(
        outcomes.map(({ task, loss }) => ({ task, loss, gradients: gradients.get(task) ?? new Map() })),
      );
      const sum = sums.cleared(apply, "all");
      const share = shareOf(plan, tasks);
      for (const [index, { task }] of outcomes.entries()) {
        const ofTask = factors[index] ?? { shared: 1, own: 1 };
        sum.add(gradients.get(task) ?? new Map(), (name) => share * balancer.factorOf(name, ofTask));
      }
      const outputs = await apply.run({ gradients: sum.sums, updates: counts.count(apply.graph, factor) });
      if (balancer.learns) balancer.learn(inOrder(tasks, await lossesNow(parts, step.passes)));
      return stepOutcome(
        plan,
        step,
        outcomes.map((each, index) => ({ ...each, scale: factors[index]?.shared ?? 1 })),
        outputs,
      );
    },
  };
}

/**
 * Takes the gradient of each task with respect to what they share, where their heads read it, and then the gradients of the weights with the factors that follow. The
 * second forward pass has the same random bytes.
 */
function representationExecutor(parts: ExecutorParts): StepExecutor {
  const { plan, executables, counts, balancer } = parts;
  if (plan.passes.length !== 1)
    throw new UserError(
      "specification",
      `The tasks of the stage ${plan.stage.name} have no representation in common, because they cannot be computed together.`,
      "Write `of: weights` in its balance.",
    );
  const ofOne = balancedExecutor(parts);
  return {
    run: async (given, factor) => {
      const { only, prepared } = onlyBatch(given);
      if (only.tasks.length === 1) return ofOne.run(given, factor);
      const { variant } = prepared;
      const heads = await executables.get({ kind: "representationGradients", pass: only.tasks, variant });
      const outputs = await heads.run(prepared);
      const outcomes = outcomesOf(only, heads, outputs);
      const factors = balancer.balance(
        outcomes.map(({ task, loss }) => ({ task, loss, gradients: representationGradients(heads, outputs, task) })),
      );
      const scales = new Map(only.tasks.map((task, index) => [task, factors[index]?.shared ?? 1]));
      const step = await executables.get({ kind: "gradients", pass: only.tasks, variant });
      const apply = await executables.get({ kind: "apply", tasks: only.tasks });
      const gradients = await step.run(withScales(prepared, only.tasks, (task) => scales.get(task) ?? 1));
      const updated = await apply.run({ gradients, updates: counts.count(apply.graph, factor) });
      return wholeOutcome(
        outcomes.map((each) => ({ ...each, scale: scales.get(each.task) ?? 1 })),
        updated,
      );
    },
  };
}

/** The share of each task's mean loss in that of the step. */
function shareOf({ stage }: Pick<StagePlan, "stage">, tasks: readonly string[]): number {
  return stage.step.kind === "mixed" ? 1 / tasks.length : 1;
}

function inOrder<Outcome extends { readonly task: string }>(
  tasks: readonly string[],
  outcomes: readonly Outcome[],
): readonly Outcome[] {
  return outcomes.toSorted((left, right) => tasks.indexOf(left.task) - tasks.indexOf(right.task));
}

function stepOutcome(
  plan: ExecutorParts["plan"],
  step: PreparedStep,
  found: readonly TaskOutcome[],
  outputs: ReadonlyMap<string, TensorData>,
): StepOutcome {
  const tasks = tasksOfStep(plan, step);
  const outcomes = inOrder(tasks, found);
  const loss = shareOf(plan, tasks) * outcomes.reduce((total, each) => total + each.loss, 0);
  const rowsOf = (task: string) =>
    step.passes
      .filter((pass) => pass.tasks.includes(task))
      .flatMap(({ batches }) => batches)
      .reduce((sum, { batch }) => sum + batch.keys.length, 0);
  const counted =
    plan.stage.step.kind === "mixed" ? outcomes.map((each) => ({ ...each, rows: rowsOf(each.task) })) : outcomes;
  const whole = gradientNormOf(outputs);
  const [only, ...others] = counted;
  // If the batches were summed for one task, the gradient of the step is the task's own.
  return { tasks: only && others.length === 0 ? [{ ...whole, ...only }] : counted, loss, ...whole };
}

/** The sums of the gradients that an `apply` graph takes, one for each key: a task, or all tasks. */
class GradientSums {
  readonly #known = new Map<string, GradientSum>();

  of(apply: BoundExecutable, key: string): GradientSum {
    const name = `${apply.graph.name}: ${key}`;
    const sum = this.#known.get(name) ?? new GradientSum(apply.graph.inputs);
    this.#known.set(name, sum);
    return sum;
  }

  cleared(apply: BoundExecutable, key: string): GradientSum {
    const sum = this.of(apply, key);
    sum.clear();
    return sum;
  }
}

function gradientNormOf(outputs: ReadonlyMap<string, TensorData>): Pick<StepOutcome, "gradientNorm"> {
  const gradientNorm = outputs.get("scalar/gradient_norm")?.[0];
  return gradientNorm === undefined ? {} : { gradientNorm };
}
