import type { Expression, RenamedDeclaration } from "../../grammar/ast.ts";
import { keyOf } from "../../grammar/written-names.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { type Renaming, wildcardsAgree, withoutShifts } from "../stage/renaming.ts";
import type { ResolvedWarmStart } from "../schema/resolved.ts";
import { nearestPart, partsOfMap, placedParts } from "../stage/weight-map.ts";
import { checkPattern, checkPatterns } from "./check-patterns.ts";
import type { WeightNames } from "./weight-names.ts";

interface StartOfStage {
  readonly stage: string;
  readonly start: ResolvedWarmStart;
}

/**
 * Checks the map and the patterns of `init: from(…)`: those that it takes and renames to must match weights of the stage. The names
 * in the source are not known before the run.
 */
export function checkWarmStart(
  { stage, start }: StartOfStage,
  written: Expression,
  weights: WeightNames,
  reporter: Reporter,
): boolean {
  const argument = (name: string): Expression | undefined =>
    written.kind === "Call" ? written.arguments.find((each) => each.name?.name === name)?.value : undefined;
  const taken = !start.take || checkPatterns(start.take, argument("take") ?? written, weights, reporter);
  const map = argument("rename");
  const entries = map?.kind === "Map" ? map.entries : [];
  const sound = (start.rename ?? []).map(([from, to]) => {
    const at = entries.find((entry) => keyOf(entry) === from)?.value ?? written;
    return checkWildcards({ from, to }, at, reporter) && checkPattern(withoutShifts(to), at, weights, reporter);
  });
  const mapped = checkMap({ stage, start }, argument("as") ?? argument("within") ?? written, weights, reporter);
  return taken && mapped && sound.every(Boolean);
}

/** Checks that the stage has a network with the weights of the map that `as` names. */
function checkMap({ stage, start }: StartOfStage, at: Expression, weights: WeightNames, reporter: Reporter): boolean {
  const { as: map, within } = start;
  if (map === undefined) {
    if (within !== undefined) reporter.report("within_what", at.span, {});
    return within === undefined;
  }
  const choice = { as: map, rename: start.rename };
  if (placedParts(choice, weights.all).length > 0) return true;
  const near = nearestPart(choice, weights.all);
  const nearest = near && {
    network: near.prefix.slice(0, -1),
    difference:
      near.difference.kind === "lacks" ? `it lacks ${near.difference.weight}` : `it has ${near.difference.weight}`,
    cure: near.difference.cure,
  };
  const encoder = partsOfMap(map)[0]?.encoder ?? "";
  reporter.report("no_mapped_network", at.span, { stage, map, nearest, encoder });
  return false;
}

/** `renamed "old" -> "new"`: the new name is one of some stage's weights. */
export function checkRenamed(
  declarations: readonly RenamedDeclaration[],
  weights: WeightNames,
  reporter: Reporter,
): void {
  for (const { from, to } of declarations) {
    const renaming = { from: from.value, to: to.value };
    if (!checkWildcards(renaming, to, reporter) || weights.has(to.value, to)) continue;
    reporter.report("renamed_to_nothing", to.span, { ...renaming, nearest: weights.nearest(to.value, to) });
  }
}

function checkWildcards(renaming: Renaming, at: Pick<Expression, "span">, reporter: Reporter): boolean {
  if (wildcardsAgree(renaming)) return true;
  reporter.report("rename_wildcards", at.span, renaming);
  return false;
}
