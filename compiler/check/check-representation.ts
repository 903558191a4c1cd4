import type { StageDeclaration } from "../../grammar/ast.ts";
import { comparesRepresentations } from "../balance/balance-needs.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { optionOf } from "../elaborate/uses.ts";
import type { ResolvedStage } from "../schema/resolved.ts";
import type { Program } from "../stage/checked-program.ts";
import type { StageWeight } from "../stage/plan.ts";
import { rowGroups, sharesRows } from "../stage/row-groups.ts";
import { argumentOf } from "./argument-of.ts";

/** Checks that the tasks of a stage whose balance compares gradients of a representation have one: on the same rows, of weights that all of them share. */
export function checkRepresentation(
  { specification }: Pick<Program, "specification">,
  stage: ResolvedStage,
  declaration: StageDeclaration,
  weights: readonly StageWeight[],
  reporter: Reporter,
): void {
  if (!comparesRepresentations(stage.balance)) return;
  const reason = reasonAgainst(stage, specification, weights);
  const written = optionOf(declaration, "balance");
  const at = argumentOf(written, "of", Number.POSITIVE_INFINITY)?.span ?? written?.span ?? declaration.name.span;
  if (reason !== undefined) reporter.report("no_representation", at, { stage: stage.name, reason });
}

function reasonAgainst(
  stage: ResolvedStage,
  specification: Program["specification"],
  weights: readonly StageWeight[],
): string | undefined {
  const { tasks, batch, step, accumulate, log } = stage;
  const batchOf = (task: string): number => (typeof batch === "number" ? batch : (batch[task] ?? 32));
  const isWhole = step.kind === "joint" && (step.tasks ?? tasks.length) === tasks.length;
  if (!isWhole || !sharesRows(stage, specification) || rowGroups(specification, tasks, batchOf).length > 1)
    return "its tasks are not all trained on the same rows";
  if (accumulate > 1) return "an update has several batches (`accumulate`)";
  if (log === "gradients") return "`log: gradients` needs the gradients of all weights for each task";
  const trained = weights.filter(({ trainable, kind }) => trainable && kind === "weight");
  const some = trained.find((weight) => weight.tasks.length > 1 && weight.tasks.length < tasks.length);
  if (some) return `only ${some.tasks.join(" and ")} share the weight "${some.name}"`;
  return trained.some((weight) => weight.tasks.length > 1) ? undefined : "no trained weight is shared";
}
