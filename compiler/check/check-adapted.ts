import { createReporter, type Reporter } from "../diagnostics/reporter.ts";
import { adaptationsOf } from "../elaborate/adapt.ts";
import { createElaboration } from "../elaborate/create.ts";
import type { Program } from "../stage/checked-program.ts";
import { checkPatterns } from "./check-patterns.ts";
import type { WeightNames } from "./weight-names.ts";

/** Each `adapt` matches a weight of some stage. */
export function checkAdapted(
  { bindings, references, overrides, specification: { semantics } }: Program,
  weights: WeightNames,
  reporter: Reporter,
): void {
  // A mistake within a pattern was reported where a task made its first weight.
  const elaboration = createElaboration({ bindings, references, overrides, semantics, reporter: createReporter() });
  for (const { declaration, weights: patterns } of adaptationsOf(elaboration))
    checkPatterns(patterns, declaration.weights, weights, reporter);
}
