import { targetOf } from "../targets/index.ts";
import type { StageDeclaration } from "../../grammar/ast.ts";
import type { Program } from "../stage/checked-program.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { optionOf } from "../elaborate/uses.ts";
import { evaluatedPlaces } from "../stage/frozen-scopes.ts";
import type { TaskWeights } from "../stage/plan.ts";
import type { ResolvedStage } from "../schema/resolved.ts";
import { rowGroups } from "../stage/row-groups.ts";
import { stageWeights } from "../stage/stage-weights.ts";
import { balancedTasks } from "../schema/balanced-tasks.ts";
import { argumentOf } from "./argument-of.ts";
import { knownEntries } from "../declare/map-keys.ts";

/** Checks that a step has as many tasks as it asks for, and all tasks that a balance compares; that its updates can be averaged; and that a balance has lower bounds for tasks of the stage. */
export function checkStep(
  { name, step, balance, average, tasks, for_each }: ResolvedStage,
  declaration: StageDeclaration,
  reporter: Reporter,
): void {
  const together = for_each === "task" ? 1 : tasks.length;
  const inStep = step.kind === "joint" ? (step.tasks ?? together) : 1;
  const trains =
    step.kind === "one_task" || step.kind === "hogwild" || (step.kind === "joint" && step.tasks === 1)
      ? "one"
      : inStep < together
        ? "some of them"
        : "all";
  const at = (option: string) => optionOf(declaration, option)?.span ?? declaration.name.span;
  if (inStep > together)
    reporter.report("out_of_range", at("step"), { what: '"tasks" of joint', value: inStep, range: `1..${together}` });
  const needs = balancedTasks[balance.kind];
  const lacks = (needs === "several" && trains === "one") || (needs === "all" && trains !== "all");
  const written = optionOf(declaration, "balance");
  if ("lowest" in balance)
    knownEntries(argumentOf(written, "lowest", balance.kind === "famo" ? 3 : 2), "`lowest`", tasks, reporter);
  if (step.kind === "hogwild" && average) reporter.report("average_of_workers", at("average"), { stage: name });
  if (lacks) reporter.report("balance_of_one_task", at("balance"), { balance: balance.kind, stage: name, trains });
}

/** Checks that some tasks of a joint step have the same data sets and batch, if the step asks for shared rows. */
export function checkSharedRows(
  { specification }: Pick<Program, "specification">,
  { name, step, tasks, batch, for_each }: ResolvedStage,
  declaration: StageDeclaration,
  reporter: Reporter,
): void {
  if (step.kind !== "joint" || step.rows !== "shared") return;
  const groups = (batchOf: (task: string) => number) => rowGroups(specification, tasks, batchOf);
  const canShare = (batchOf: (task: string) => number): boolean => groups(batchOf).some(({ length }) => length > 1);
  const at = optionOf(declaration, "step")?.span ?? declaration.name.span;
  if (for_each === "task")
    reporter.report("no_shared_rows", at, { stage: name, reason: "it trains one task at a time" });
  else if (!canShare(() => 1))
    reporter.report("no_shared_rows", at, { stage: name, reason: "no two of them have the same data sets" });
  else if (!canShare((task) => (typeof batch === "number" ? batch : (batch[task] ?? 32))))
    reporter.report("no_shared_rows", at, {
      stage: name,
      reason: "those of the same data sets have another `batch` each",
    });
}

/** Checks that `uncertainty` has mixed steps, and a score by which it can compare rows for every task. */
export function checkUncertainty(
  program: Program,
  stage: ResolvedStage,
  declaration: StageDeclaration,
  reporter: Reporter,
): void {
  const { sampler, name } = stage;
  const written = optionOf(declaration, "sampler");
  const at = written?.span ?? declaration.name.span;
  if (sampler.kind !== "uncertainty") return;
  if (stage.step.kind !== "mixed")
    reporter.report("rows_not_tasks", optionOf(declaration, "step")?.span ?? at, {
      stage: name,
      found: `\`${stage.step.kind}\` is the \`step\``,
    });
  const proxies =
    written?.kind === "Call" ? written.arguments.find((each) => each.name?.name === "proxy")?.value : undefined;
  knownEntries(proxies, "`proxy`", stage.tasks, reporter);
  for (const unscored of tasksWithoutEntropy(program, stage.tasks, sampler.proxy ?? {}))
    reporter.report("no_entropy", proxies?.span ?? at, unscored);
}

/** The tasks whose rows cannot be compared by the entropy of classes that they or their proxies predict. */
function tasksWithoutEntropy(
  { specification }: Program,
  tasks: readonly string[],
  proxyOf: { readonly [task: string]: number | string },
): readonly { readonly task: string; readonly found: string; readonly classified: readonly string[] }[] {
  const classified = tasks.filter((name) => {
    const task = specification.tasks[name];
    return task && targetOf(task.target).classes;
  });
  const missing = (task: string): string | undefined => {
    const proxy = proxyOf[task];
    if (proxy === undefined) return "it predicts no classes, and has no proxy";
    return typeof proxy === "number" || classified.includes(proxy)
      ? undefined
      : `its proxy "${proxy}" is no task of the stage that predicts classes`;
  };
  return tasks
    .filter((task) => specification.tasks[task] && !classified.includes(task))
    .flatMap((task) => {
      const found = missing(task);
      return found === undefined ? [] : [{ task, found, classified }];
    });
}

/** A mixed step has one number of rows, and no op that looks across them: running statistics of what is frozen are only read. */
export function checkMixed(
  stage: ResolvedStage,
  declaration: StageDeclaration,
  forwards: readonly TaskWeights[],
  reporter: Reporter,
): void {
  const { name, step, batch } = stage;
  if (step.kind !== "mixed") return;
  const isEvaluated = evaluatedPlaces(stage, stageWeights(stage, forwards, undefined));
  const at = (option: string) => optionOf(declaration, option)?.span ?? declaration.name.span;
  if (typeof batch !== "number")
    reporter.report("unmixable_step", at("batch"), {
      stage: name,
      reason: "their `batch` is shared by all tasks",
      help: "Write one number, the rows of all tasks together: `batch: 32`.",
    });
  const state = forwards
    .flatMap(({ weights, task }) =>
      weights.flatMap((weight) => (weight.kind === "state" && !isEvaluated(weight.name) ? [{ task, weight }] : [])),
    )
    .at(0);
  if (!state) return;
  reporter.report("unmixable_step", at("step"), {
    stage: name,
    reason: `"${state.weight.name}", which "${state.task}" reaches, is computed over a batch of one task`,
    help: "Use a norm without statistics of the batch, or steps of one task.",
  });
}
