/** Several steps, together. */
export interface Steps {
  readonly milliseconds: number;
  /** Milliseconds that the processors worked for them: what else the machine does counts little here. */
  readonly processor: number;
  /** Of the last. */
  readonly loss: number;
}

/** One system with a training step of one size on a number of threads. */
export interface Candidate {
  readonly name: string;
  steps(count: number): Promise<Steps>;
  dispose(): Promise<void>;
}

/** A system is not there, and how to get it. The bench goes on without it. */
export class NotInstalled extends Error {}
