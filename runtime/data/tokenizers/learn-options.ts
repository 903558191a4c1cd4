import type { CountingLimit } from "./count-words.ts";

/** Options for learning a vocabulary from texts. */
export interface LearnOptions {
  /** The maximal number of tokens, including the special ones. */
  readonly size: number;
  readonly lowercase: boolean;
  /** The limit on memory, if the texts may exceed it. */
  readonly limit?: CountingLimit | undefined;
}
