import { listed } from "../../compiler/diagnostics/define.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import { warmSources } from "../../compiler/stage/warm-sources.ts";
import type { Phase } from "../train/phase/phases.ts";
import type { Program } from "../train/program.ts";
import { UserError } from "../user-error.ts";
import { plansOf, weightsOf } from "./stage-weights.ts";

interface StartedStage {
  readonly program: Program;
  readonly phases: readonly Phase[];
  readonly stage: string;
  /** The plans of the phases of the stage. */
  readonly plans: readonly StagePlan[];
  /** The keys of the weights that the stage takes. */
  readonly taken: ReadonlySet<string>;
}

/**
 * Checks that every weight which a stage freezes comes from a source outside of the run or from an earlier stage. Throws a `UserError` of kind
 * `data` if one does not.
 */
export function checkFrozen({ program, phases, stage, plans, taken }: StartedStage): void {
  const { stages } = program.specification;
  const declared = stages.find(({ name }) => name === stage);
  // The weights that one task of a fork trains are not available to the next one.
  const turns = declared?.fork ? plans.map((plan) => weightsOf([plan])) : [weightsOf(plans)];
  const before = phases.slice(
    0,
    phases.findIndex((phase) => phase.stage.name === stage),
  );
  for (const weights of turns) {
    const untaken = [...weights].flatMap(([key, { kind, trainable }]) =>
      kind === "weight" && !trainable && !taken.has(key) ? [key] : [],
    );
    if (untaken.length === 0) continue;
    // The plans of earlier stages are compiled only if something is not taken.
    const earlier = weightsOf(plansOf(program, before));
    const [first, ...others] = untaken.filter((key) => !earlier.has(key));
    if (first === undefined) continue;
    const which = others.length === 0 ? first : `${first} and ${others.length} more weights`;
    const sources = listed(warmSources(declared?.init).map(({ path }) => path));
    throw new UserError(
      "data",
      `Stage ${stage} freezes ${which}, not found in ${sources}: it would keep its random initial value.`,
      "Do not freeze it, or map its name there with `rename`.",
    );
  }
}
