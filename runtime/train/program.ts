import type { StagePlan } from "../../compiler/plan.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";

/** What training needs of a compiled specification. */
export interface Program {
  readonly specification: ResolvedSpecification;
  plan(stage: string, settings?: { readonly forTask?: string }): StagePlan;
}
