import type { CountingLimit } from "./count-words.ts";

/** How a vocabulary is learnt from texts. */
export interface LearnOptions {
  /** How many tokens it has at most, special ones included. */
  readonly size: number;
  readonly lowercase: boolean;
  /** Where the texts are more than memory holds. */
  readonly limit?: CountingLimit | undefined;
}
