import type { StageDeclaration } from "../../grammar/ast.ts";
import type { Program } from "../checked-program.ts";
import { createReporter, type Reporter } from "../diagnostics/reporter.ts";
import { elaborateForward } from "../elaborate/forward.ts";
import { optionOf } from "../elaborate/uses.ts";
import { findFrozenCut } from "../frozen-prefix.ts";
import type { StageWeight } from "../plan.ts";
import type { ResolvedStage } from "../schema/resolved.ts";
import { CUT_ROWS, frozenSettings, stageOverrides } from "../stage-plan.ts";

/** Advises where evaluation, which neither draws nor mixes, is spared products of what a stage freezes, and training is not. */
export function adviseOnFrozen(program: Program, stage: ResolvedStage, declaration: StageDeclaration, weights: readonly StageWeight[], reporter: Reporter): void {
  const at = optionOf(declaration, "freeze") ?? optionOf(declaration, "train");
  if (!at || stage.cache === "off") return;
  for (const task of new Set(weights.flatMap(({ tasks }) => tasks))) {
    const [training, evaluation] = (["train", "evaluate"] as const).map((mode) => {
      const { forward } = elaborateForward(program, { task, mode, batch: CUT_ROWS, overrides: stageOverrides(program, stage), reporter: createReporter() });
      return forward && findFrozenCut(forward.graph, { rows: CUT_ROWS, ...frozenSettings(program, task, weights) });
    });
    if ((evaluation?.products ?? 0) <= (training?.products ?? 0)) continue;
    const reason = program.specification.tasks[task]?.augment ? `mixup mixes the rows of "${task}"` : "dropout draws there anew";
    reporter.report("frozen_again", at.span, { stage: stage.name, reason });
    return;
  }
}
