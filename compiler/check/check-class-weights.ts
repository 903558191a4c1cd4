import type { Expression } from "../../grammar/ast.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import type { ResolvedTarget } from "../schema/resolved.ts";
import { targetOf } from "../targets/index.ts";
import { knownEntries } from "../declare/map-keys.ts";

/**
 * Checks that class weights refer to classes of the target. The names of counted classes are only known with the data.
 */
export function checkClassWeights(target: ResolvedTarget, written: Expression | undefined, reporter: Reporter): void {
  const { classes, classWeights: weights } = targetOf(target);
  const at = writtenWeights(written);
  if (!at || !classes || weights === undefined || weights === "balanced") return;
  const { count, names } = classes;
  const given = weights.length;
  if (at.kind === "Map" && names) knownEntries(at, "`class_weights`", names, reporter);
  if (at.kind !== "Map" && given !== count) reporter.report("class_weights_count", at.span, { given, classes: count });
}

function writtenWeights(target: Expression | undefined): Expression | undefined {
  if (target?.kind !== "Call") return undefined;
  const [, , third] = target.arguments;
  return (
    target.arguments.find((argument) => argument.name?.name === "class_weights") ?? (third?.name ? undefined : third)
  )?.value;
}
