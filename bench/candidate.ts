/** Several steps, measured together. */
export interface Steps {
  readonly milliseconds: number;
  /** Milliseconds of processor time for the steps, which other work on the machine hardly affects. */
  readonly processor: number;
  /** The loss of the last step. */
  readonly loss: number;
}

/** A system that makes training steps of one size on a fixed number of threads. */
export interface Candidate {
  readonly name: string;
  steps(count: number): Promise<Steps>;
  dispose(): Promise<void>;
}

/** This error says that a system is not installed, and how to install it. The benchmark continues without it. */
export class NotInstalled extends Error {}
