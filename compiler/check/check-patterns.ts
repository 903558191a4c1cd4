import type { Expression } from "../../grammar/ast.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import type { Patterns } from "../schema/types.ts";
import type { WeightNames } from "./weight-names.ts";

/** Reports each pattern of a list that matches no weight. */
export function checkPatterns(
  patterns: Patterns,
  written: Expression,
  weights: WeightNames,
  reporter: Reporter,
): boolean {
  const places = patternPlaces(written);
  const matching = [...patterns.include, ...patterns.except].map((pattern, index) =>
    checkPattern(pattern, places[index] ?? written, weights, reporter),
  );
  return matching.every(Boolean);
}

export function checkPattern(pattern: string, at: Expression, weights: WeightNames, reporter: Reporter): boolean {
  if (weights.has(pattern, at)) return true;
  reporter.report("pattern_matches_nothing", at.span, { pattern, nearest: weights.nearest(pattern, at) });
  return false;
}

/** The expressions of a pattern list, in the order in which patterns resolve. */
function patternPlaces(patterns: Expression): readonly Expression[] {
  if (patterns.kind === "Except") return [...patternPlaces(patterns.base), ...patternPlaces(patterns.exceptions)];
  return patterns.kind === "List" ? patterns.items : [patterns];
}
