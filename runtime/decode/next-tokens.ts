/** A model that gives scores for the next token of several texts, which grow by one token at each step. */
export interface NextTokens {
  /** The number of texts. */
  readonly rows: number;
  /** The number of scores for each text. */
  readonly vocabulary: number;
  /**
   * Appends a token to every text, and gives the logits `[rows × vocabulary]` of the token after it, until the next
   * call. In step 0 the tokens are those that begin the texts. Before that, each text is replaced by the one at the
   * index in `parents`, by default itself.
   */
  next(step: number, tokens: Int32Array, parents?: readonly number[]): Promise<Float32Array>;
}

/** A request to decode the texts of some examples. */
export interface DecodeRequest {
  readonly source: NextTokens;
  /** A key of each example; example i has the rows from `i · rowsOfExample`. */
  readonly keys: readonly string[];
  /** The largest number of tokens of a text, its end included. */
  readonly length: number;
  /** The token that begins and ends a text. */
  readonly end: number;
  /** The tokens that may follow the tokens of a text so far. */
  readonly mayFollow: MayFollow;
}

export type MayFollow = (before: readonly number[]) => (token: number) => boolean;

/** A generated text, without its end. */
export interface DecodedText {
  readonly ids: readonly number[];
  /** The logarithm of its probability, its end included. */
  readonly logProbability: number;
  /** True if no token follows, where texts of other examples still grow. */
  readonly ended?: boolean;
}

/** Yields the texts so far after each token, and returns the texts. A beam search yields none, since its beginnings change. */
export type Decoding = AsyncGenerator<readonly DecodedText[], readonly DecodedText[]>;
