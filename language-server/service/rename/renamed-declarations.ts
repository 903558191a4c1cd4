import type { Declaration, RenamedDeclaration } from "../../../grammar/ast.ts";
import { type Renaming, renamed, renamedKeys } from "../../../compiler/stage/renaming.ts";
import type { ChangedWeights } from "./changed-weights.ts";

interface Trained {
  /** The names of all weights of the specification, before and after. */
  readonly changed: ChangedWeights;
  /** The names of the weights in each run and each file that the specification can read. */
  readonly trained: readonly (readonly string[])[];
  /** The specification's `renamed`, before the renaming and after. */
  readonly before: readonly Renaming[];
  readonly after: readonly Renaming[];
}

/**
 * The `renamed` declarations with which the weights of earlier runs are still found, under names that have changed: as few as are needed. It is
 * `undefined` where none can say it, since a name now belongs to another weight.
 */
export function neededRenamings({ changed, trained: runs, before, after }: Trained): readonly Renaming[] | undefined {
  // A state has its kind before its name: `state/NAME`.
  const trained = runs.map((names) => [...new Set(names.map((name) => name.replace(/^[a-z_]+\//u, "")))]);
  const needed = new Map<string, string>();
  /** The name that each weight of a run should have now. */
  const wanted = new Map<string, string>();
  for (const names of trained) {
    const earlier = renamedKeys(names, before);
    const found = renamedKeys(names, after);
    for (const name of names) {
      const [now] = [changed.get(earlier.get(name) ?? name)];
      if (now === undefined) continue;
      wanted.set(name, now);
      if ((found.get(name) ?? name) !== now) needed.set(name, now);
    }
  }
  const current = [...changed.values()];
  const isSound = (renaming: Renaming): boolean =>
    [...wanted].every(([from, to]) => (renamed(from, renaming) ?? to) === to) &&
    current.every((name) => (renamed(name, renaming) ?? name) === name);
  const added: Renaming[] = [];
  for (const [from, to] of needed) {
    if (added.some((each) => renamed(from, each) === to)) continue;
    added.push(candidates(from, to).find(isSound) ?? { from, to });
  }
  const all = [...added, ...after];
  const reads = (names: readonly string[]): boolean => {
    const found = renamedKeys(names, all);
    return names.every((name) => (wanted.get(name) ?? found.get(name) ?? name) === (found.get(name) ?? name));
  };
  return trained.every(reads) && renamedKeys(current, all).size === 0 ? added : undefined;
}

/** Patterns that map one name to another, the widest first. */
function candidates(from: string, to: string): readonly Renaming[] {
  const [old, now] = [from.split("."), to.split(".")];
  let common = 0;
  while (common < Math.min(old.length, now.length) - 1 && old.at(-1 - common) === now.at(-1 - common)) common += 1;
  if (common === 0) return [{ from, to }];
  const narrow = {
    from: `${old.slice(0, -common).join(".")}.**`,
    to: `${now.slice(0, -common).join(".")}.**`,
  };
  // The rounds of a `repeat` differ in a number.
  const wide = {
    from: narrow.from.replaceAll(/(?<=\.)\d+(?=\.)/gu, "*"),
    to: narrow.to.replaceAll(/(?<=\.)\d+(?=\.)/gu, "*"),
  };
  return [wide, narrow, { from, to }];
}

export function isRenamed(declaration: Declaration): declaration is RenamedDeclaration {
  return declaration.kind === "Renamed";
}
