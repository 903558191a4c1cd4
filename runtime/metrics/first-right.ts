/**
 * The position of the first right candidate of a row among its candidates by falling score. Between candidates of one score no
 * order is better than another, so metrics are their expectation over all of them.
 */
export interface FirstRight {
  /** The number of candidates with a higher score than every right one. */
  readonly before: number;
  /** The numbers of right and of wrong candidates with the highest score of a right one. */
  readonly right: number;
  readonly wrong: number;
}

/** The chance that a right candidate is among the first k: 1 less the chance that all of those tied ones which are, are wrong. */
export function chanceWithin(k: number, { before, right, wrong }: FirstRight): number {
  let noneYet = 1;
  for (let drawn = 0; drawn < k - before && noneYet > 0; drawn++)
    noneYet *= Math.max(0, wrong - drawn) / (right + wrong - drawn);
  return 1 - noneYet;
}

/** The expected rank of the first right candidate, from 1: among n tied candidates of which r are right it is (n + 1) ∕ (r + 1). */
export function expectedRank({ before, right, wrong }: FirstRight): number {
  return before + (right + wrong + 1) / (right + 1);
}
