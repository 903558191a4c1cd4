/** A row whose value is ranked. */
export interface Candidate {
  /** Its index among the candidates, from 0. */
  readonly index: number;
  /** Its file, and in a table its row as an editor counts it. */
  readonly file?: string;
  readonly row?: number;
  /** Cells of its row; all, unless some were chosen. */
  readonly columns: { readonly [column: string]: unknown };
}

/** A candidate at its rank for one example. */
export interface RankedCandidate {
  readonly kind: "ranked";
  /** 1 for the candidate with the highest score. Of equal scores the earlier candidate is first. */
  readonly rank: number;
  /** The score of the pair; the higher, the better its values go together. */
  readonly score: number;
  readonly candidate: Candidate;
}
