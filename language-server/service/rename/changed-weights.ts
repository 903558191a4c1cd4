import type { Program } from "../../../compiler/program.ts";

/** The names of weights that differ between two programs, old name to new name. */
export type ChangedWeights = ReadonlyMap<string, string>;

/**
 * Compares the weights of each stage, which are in the same order where only names differ. It is `undefined` where more than names
 * differs.
 */
export function changedWeights(before: Program, after: Program): ChangedWeights | undefined {
  const [old, now] = [weightsOf(before), weightsOf(after)];
  if (old.length !== now.length) return undefined;
  const changed = new Map<string, string>();
  for (const [index, weight] of old.entries()) {
    const other = now[index];
    if (!other || JSON.stringify([weight.kind, weight.shape]) !== JSON.stringify([other.kind, other.shape]))
      return undefined;
    const known = changed.get(weight.name) ?? other.name;
    if (known !== other.name) return undefined;
    changed.set(weight.name, other.name);
  }
  return changed;
}

/** The weights of all stages, each stage's in the order of their first use; those of a teacher have the names of the model's after a prefix. */
function weightsOf(program: Program) {
  return program.specification.stages.flatMap(({ name }) => program.plan(name).weights);
}
