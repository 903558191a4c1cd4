import type { Generator } from "../random/generator.ts";

/** The source of the cells of a row. Cells depend on nothing else, so that the same seed gives the same data. */
export interface Synthesis {
  readonly random: Generator;
  /** A number in [0, 1) on which inputs and targets of the row depend, so that there is something to learn. */
  readonly latent: number;
  /** Writes a file in the folder of the table. Returns a reference to it. */
  readonly file: (ending: string, bytes: Uint8Array) => Promise<string>;
}

/** The index of the candidate that depends on the latent number of the row. */
export function relevantOf(latent: number, candidates: number): number {
  return Math.floor(latent * candidates);
}
