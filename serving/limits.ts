/** Limits on what a request may cost. */
export interface ServingLimits {
  /** Bytes of a request's body. */
  readonly bodyBytes: number;
  /** Examples of a request. */
  readonly examples: number;
  /** Examples that wait to be predicted, of all requests; more are answered with 503. */
  readonly waiting: number;
  /** Examples that are predicted together. */
  readonly batch: number;
  /** Milliseconds that an example waits for others while nothing is predicted. */
  readonly patience: number;
  /** Seconds within which a request must have come completely. */
  readonly receiveSeconds: number;
  /** Seconds within which a request is answered; it gets 504 otherwise. */
  readonly answerSeconds: number;
  /** Seconds that requests have to end, when the server ends. */
  readonly drainSeconds: number;
  /** Levels of nested lists and objects of a body. */
  readonly depth: number;
  /** Open connections. */
  readonly connections: number;
}

export const defaultLimits: ServingLimits = {
  bodyBytes: 8 * 2 ** 20,
  examples: 256,
  waiting: 512,
  batch: 32,
  patience: 0,
  receiveSeconds: 15,
  answerSeconds: 30,
  drainSeconds: 30,
  depth: 32,
  connections: 1024,
};

/** The sizes of the graphs that predict: 1, 2, 4 and so on. Examples run on the smallest graph that has room for them. */
export function batchSizesUpTo(largest: number): readonly number[] {
  const sizes: number[] = [];
  for (let size = 1; size < largest; size *= 2) sizes.push(size);
  return [...sizes, largest];
}
