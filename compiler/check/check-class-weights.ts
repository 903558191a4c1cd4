import type { Expression } from "../../grammar/ast.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { classCount } from "../features/features.ts";
import type { ResolvedTarget } from "../schema/resolved.ts";
import { knownEntries } from "../declare/map-keys.ts";

/** That weights of classes are for the classes that there are. Names of counted classes are only known with the data. */
export function checkClassWeights(target: ResolvedTarget, written: Expression | undefined, reporter: Reporter): void {
  if (target.kind !== "category") return;
  const { classes, class_weights: weights } = target;
  const at = writtenWeights(written);
  if (!at || weights === undefined || weights === "balanced") return;
  const given = weights.length;
  if (at.kind === "Map" && typeof classes !== "number") knownEntries(at, "`class_weights`", classes, reporter);
  if (at.kind !== "Map" && given !== classCount(target))
    reporter.report("class_weights_count", at.span, { given, classes: classCount(target) });
}

function writtenWeights(target: Expression | undefined): Expression | undefined {
  if (target?.kind !== "Call") return undefined;
  const [, , third] = target.arguments;
  return (
    target.arguments.find((argument) => argument.name?.name === "class_weights") ?? (third?.name ? undefined : third)
  )?.value;
}
