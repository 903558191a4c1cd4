import type { Fold, ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { CompiledSpecification } from "../compile.ts";

/** The specification with every data set divided so that this fold is validated on and the others are trained on. */
export function folded(compiled: CompiledSpecification, fold: Fold | undefined): CompiledSpecification {
  if (fold === undefined) return compiled;
  const { program } = compiled;
  return { ...compiled, program: { ...program, specification: withFold(program.specification, fold) } };
}

function withFold(specification: ResolvedSpecification, fold: Fold): ResolvedSpecification {
  const datasets = Object.entries(specification.datasets).map(
    ([name, dataset]) => [name, { ...dataset, split: { ...dataset.split, fold } }] as const,
  );
  return { ...specification, datasets: Object.fromEntries(datasets) };
}

export function foldOf({ datasets }: Pick<ResolvedSpecification, "datasets">): Fold | undefined {
  return Object.values(datasets)[0]?.split.fold;
}
