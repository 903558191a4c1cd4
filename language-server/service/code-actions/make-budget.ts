import { taskCost } from "../../../compiler/analysis/cost/cost-of.ts";
import type { CodeActionSource } from "./code-action.ts";
import { optionAdded, optionNamed } from "./options.ts";
import { headedDeclaration } from "./surroundings.ts";

/** A budget for a task from what it costs today, so that a later change which makes it larger is an error. */
export const makeBudget: CodeActionSource = {
  name: "make-budget",
  kind: "refactor.rewrite",
  find(selection) {
    const { workspace, path } = selection;
    const task = headedDeclaration(selection);
    if (task?.kind !== "Task" || optionNamed(task, "budget")) return [];
    const { program } = workspace.compile(path, "everything");
    const cost = program && taskCost(program, task.name.name)?.total;
    if (!cost) return [];
    const entry = `budget: at_most(parameters: ${roundedUp(cost.parameters)})`;
    return [{ title: "Make a budget from today's cost", edits: [optionAdded(selection, task, entry)] }];
  },
};

/** A number with two digits that is not below: `620k`. */
function roundedUp(count: number): string {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  const rounded = Math.ceil(count / power) * power;
  for (const [unit, size] of [
    ["M", 1e6],
    ["k", 1e3],
  ] as const)
    if (rounded >= size) return `${Number((rounded / size).toPrecision(3))}${unit}`;
  return String(rounded);
}
