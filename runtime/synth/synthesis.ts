import type { Generator } from "../random/generator.ts";

/** What a cell is made from. Everything follows from it, so that the same seed gives the same data. */
export interface Synthesis {
  readonly random: Generator;
  /** In [0, 1): what the row is about. Inputs and targets both follow it, so that there is something to learn. */
  readonly latent: number;
  /** Writes a file of its own beside the table; gives its reference. */
  readonly file: (ending: string, bytes: Uint8Array) => Promise<string>;
}

/** The index of the candidate that is about what the row is about. */
export function relevantOf(latent: number, candidates: number): number {
  return Math.floor(latent * candidates);
}
