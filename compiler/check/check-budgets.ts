import type { Expression, StageDeclaration, TaskDeclaration } from "../../grammar/ast.ts";
import type { Program } from "../stage/checked-program.ts";
import { formatBytes, formatCount, formatWhole } from "../analysis/cost/amounts.ts";
import { type Cost, type TaskCost, memoryOf, partName } from "../analysis/cost/cost.ts";
import { stageCosts, taskCost } from "../analysis/cost/cost-of.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { optionOf } from "../elaborate/uses.ts";
import { budgets } from "../schema/budgets.ts";
import type { ResolvedBudget } from "../schema/resolved.ts";

type Measure = Exclude<keyof ResolvedBudget, "kind">;

const measures: {
  readonly [Name in Measure]: {
    readonly of: (cost: Cost) => number;
    readonly unit: string;
    readonly short: (amount: number) => string;
  };
} = {
  parameters: { of: ({ parameters, frozen }) => parameters - frozen, unit: "parameters", short: formatWhole },
  flops: { of: ({ flops }) => Math.ceil(flops), unit: "FLOPs an example", short: formatCount },
  memory: { of: memoryOf, unit: "bytes of memory", short: formatBytes },
};

/** The cost that a budget limits: the total, and the costs of the tasks that it consists of. */
interface Spending {
  readonly total: Cost;
  readonly tasks: readonly TaskCost[];
}

/**
 * Checks tasks and stages of a program without errors against their budgets. Graphs are only built for those that have
 * one.
 */
export function* checkBudgets(program: Program, reporter: Reporter): Generator<undefined, void> {
  const { specification, declarations } = program;
  for (const [name, declaration] of declarations.tasks) {
    yield;
    const budget = specification.tasks[name]?.budget;
    const cost = budget && taskCost(program, name);
    if (cost) checkBudget(declaration, budget, [{ total: cost.total, tasks: [cost] }], reporter);
  }
  for (const stage of specification.stages) {
    yield;
    const declaration = declarations.stages.get(stage.name);
    if (stage.budget && declaration) checkBudget(declaration, stage.budget, stageCosts(program, stage.name), reporter);
  }
}

/** If a stage has several turns, the most costly one is compared with the budget. */
function checkBudget(
  declaration: TaskDeclaration | StageDeclaration,
  budget: ResolvedBudget,
  spendings: readonly Spending[],
  reporter: Reporter,
): void {
  const written = optionOf(declaration, "budget");
  for (const name of Object.keys(measures) as readonly Measure[]) {
    const limit = budget[name];
    const { of, unit, short } = measures[name];
    const worst = spendings.toSorted((left, right) => of(right.total) - of(left.total))[0];
    if (limit === undefined || !worst || of(worst.total) <= limit) continue;
    const largest = largestParts(worst.tasks, of).map((part) => `${part.name} (${short(part.amount)})`);
    const holes = {
      of: `The ${declaration.kind.toLowerCase()} "${declaration.name.name}"`,
      actual: `${formatWhole(of(worst.total))} ${unit}`,
      limit: formatWhole(limit),
      largest,
    };
    reporter.report("over_budget", (placeOf(written, name) ?? declaration.name).span, holes);
  }
}

/** The three largest parts of the most costly task. */
function largestParts(
  tasks: readonly TaskCost[],
  of: (cost: Cost) => number,
): readonly { readonly name: string; readonly amount: number }[] {
  const [task] = tasks.toSorted((left, right) => of(right.total) - of(left.total));
  const parts = (task?.parts ?? []).map((part) => ({ name: partName(part), amount: of(part) }));
  return parts
    .filter(({ amount }) => amount > 0)
    .toSorted((left, right) => right.amount - left.amount)
    .slice(0, 3);
}

function placeOf(budget: Expression | undefined, measure: Measure): Expression | undefined {
  if (budget?.kind !== "Call") return budget;
  const position = Object.keys(budgets.at_most.options).indexOf(measure);
  const argument = budget.arguments.find(({ name }, index) => (name ? name.name === measure : index === position));
  return argument?.value ?? budget;
}
