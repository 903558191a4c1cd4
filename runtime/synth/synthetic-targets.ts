import type { ColumnTarget } from "../../compiler/features/features.ts";
import type { Synthesis } from "./synthesis.ts";

type TargetOf<Kind extends ColumnTarget["kind"]> = Extract<ColumnTarget, { readonly kind: Kind }>;
/** A target has no files of its own. */
type Target<Of> = (target: Of, synthesis: TargetSynthesis) => unknown;

export interface TargetSynthesis extends Omit<Synthesis, "file"> {
  /** How many the row has; 1 where its task has none. */
  readonly candidates: number;
}

/** A cell for each kind of target, as its reader takes it. */
const targets: { readonly [Kind in ColumnTarget["kind"]]: Target<TargetOf<Kind>> } = {
  category: ({ classes }, { latent }) => {
    const names = classNames(classes);
    return names[Math.floor(latent * names.length)];
  },
  // The class that the row is about, and each other one rarely.
  labels: ({ classes }, { latent, random }) => {
    const names = classNames(classes);
    return names.filter((_, index) => random.uniform() < 0.1 || index === Math.floor(latent * names.length));
  },
  number: (_, { latent }) => Number(latent.toFixed(4)),
  ranking: (_, { latent, candidates }) => relevantOf(latent, candidates),
};

export function syntheticTarget(target: ColumnTarget, synthesis: TargetSynthesis): unknown {
  const make = targets[target.kind] as Target<ColumnTarget>;
  return make(target, synthesis);
}

/** The place of the candidate that is about what the row is about. */
export function relevantOf(latent: number, candidates: number): number {
  return Math.floor(latent * candidates);
}

/** Counted classes are sorted by name, so that their numbers are of equal length. */
function classNames(classes: number | readonly string[]): readonly string[] {
  if (typeof classes !== "number") return classes;
  const digits = String(classes - 1).length;
  return Array.from({ length: classes }, (_, index) => `class-${String(index).padStart(digits, "0")}`);
}
