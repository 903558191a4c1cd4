import type { Expression } from "../../grammar/ast.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import type { ResolvedModality, ResolvedTask } from "../schema/resolved.ts";
import { argumentOf } from "./argument-of.ts";

/**
 * Checks that the hard negatives of a `contrastive` target are values of further modalities that the task reads, and that they are read
 * as those of the second modality are: otherwise the same value would be other ids or numbers as a negative than as a partner.
 */
export function checkHardNegatives(
  { target, inputs }: Pick<ResolvedTask, "target" | "inputs">,
  written: Expression | undefined,
  modalities: ReadonlyMap<string, ResolvedModality>,
  reporter: Reporter,
): void {
  if (target.kind !== "contrastive" || !written) return;
  const { first, second, negatives = [] } = target;
  const likeness = (name: string): string => modalities.get(name)?.like ?? name;
  const reasonAgainst = (name: string): string | undefined => {
    if (name === first || name === second) return "its values are those of the pairs themselves";
    if (!inputs.some(({ modality }) => modality === name)) return "the task does not read it";
    return likeness(name) === likeness(second) ? undefined : `it is not read as "${second}" is`;
  };
  const list = argumentOf(written, "negatives", 4);
  const items = list?.kind === "List" ? list.items : [list];
  for (const [index, modality] of negatives.entries()) {
    // A modality that could not be resolved has been reported.
    const reason = modalities.has(modality) && modalities.has(second) ? reasonAgainst(modality) : undefined;
    if (reason === undefined) continue;
    const like = likeness(second);
    reporter.report("negatives_modality", (items[index] ?? list ?? written).span, { modality, second, like, reason });
  }
}
