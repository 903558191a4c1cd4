import type { Expression, StageDeclaration } from "../../grammar/ast.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { optionOf } from "../elaborate/uses.ts";
import type { ResolvedStage } from "../schema/resolved.ts";
import type { Patterns } from "../schema/types.ts";
import { groupOf } from "../stage/weight-patterns.ts";
import type { WeightNames } from "./weight-names.ts";

/** Patterns over names of weights, with the expression that contains them. */
export interface WrittenPatterns {
  readonly patterns: Patterns;
  readonly at: Expression;
}

/** The groups of a stage's optimizer, in their order, with the calls that wrote them. */
function writtenGroups({ optimizer }: ResolvedStage, declaration: StageDeclaration) {
  const call = optionOf(declaration, "optimizer");
  const list =
    call?.kind === "Call" ? call.arguments.find((argument) => argument.name?.name === "groups")?.value : undefined;
  const calls = list?.kind === "List" ? list.items : list ? [list] : [];
  return (optimizer.groups ?? []).flatMap((group, index) => {
    const at = calls[index];
    return at ? [{ group, at }] : [];
  });
}

export function patternsOfGroups(stage: ResolvedStage, declaration: StageDeclaration): readonly WrittenPatterns[] {
  return writtenGroups(stage, declaration).map(({ group, at }) => {
    const given =
      at.kind === "Call"
        ? (at.arguments.find((argument) => argument.name?.name === "weights") ?? at.arguments[0])
        : undefined;
    return { patterns: group.weights, at: given?.value ?? at };
  });
}

/**
 * Every group changes something: it has an option, its optimizer has that option too, and earlier groups leave it
 * weights.
 */
export function checkGroups(
  stage: ResolvedStage,
  declaration: StageDeclaration,
  weights: WeightNames,
  reporter: Reporter,
): void {
  const { optimizer } = stage;
  const letters = (optimizer.groups ?? [])
    .flatMap(({ weights: { include, except } }) => [...include, ...except])
    .reduce((sum, pattern) => sum + pattern.length, 0);
  const hasOwn = (index: number, at: Expression): boolean => {
    weights.compare(letters, at);
    return weights.all.some((weight) => groupOf(weight, optimizer, undefined) === index);
  };
  for (const [index, { group, at }] of writtenGroups(stage, declaration).entries()) {
    const written = (name: string) =>
      (at.kind === "Call" ? at.arguments.find((argument) => argument.name?.name === name)?.name?.span : undefined) ??
      at.span;
    if (group.weight_decay !== undefined && !("weight_decay" in optimizer))
      reporter.report("group_without_decay", written("weight_decay"), { optimizer: optimizer.kind });
    if (group.rate === undefined && group.weight_decay === undefined)
      reporter.report("group_changes_nothing", at.span, { reason: "it gives neither a rate nor a decay" });
    else if (!hasOwn(index, at))
      reporter.report("group_changes_nothing", at.span, { reason: "the groups before it have all of its weights" });
  }
}
