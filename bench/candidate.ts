/** One system with a training step of one size on a number of threads. */
export interface Candidate {
  readonly name: string;
  /** Makes `count` training steps. Gives their milliseconds together and the loss of the last. */
  steps(count: number): Promise<{ readonly milliseconds: number; readonly loss: number }>;
  dispose(): Promise<void>;
}

/** A system is not there, and how to get it. The bench goes on without it. */
export class NotInstalled extends Error {}
