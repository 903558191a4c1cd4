/** Several steps, together. */
export interface Steps {
  readonly milliseconds: number;
  /** Milliseconds that the processors worked for them: what else the machine does counts little here. */
  readonly processor: number;
  /** The loss of the last step. */
  readonly loss: number;
}

/** One system with a training step of one size on a number of threads. */
export interface Candidate {
  readonly name: string;
  steps(count: number): Promise<Steps>;
  dispose(): Promise<void>;
}

/** A system is not installed; the message says how to get it. The bench continues without it. */
export class NotInstalled extends Error {}
