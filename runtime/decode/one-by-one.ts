import { logProbabilities, logitsOf } from "./log-probabilities.ts";
import type { DecodeRequest, Decoding } from "./next-tokens.ts";

/** Chooses a token by the logarithms of the tokens' probabilities. */
export type ChooseToken = (logProbabilities: Float64Array) => number;

/** Decodes one text for each example, whose tokens `chooserOf` its key chooses one by one. Yields them as they are chosen. */
export async function* decodeOneByOne(
  { source, keys, length, end, mayFollow }: DecodeRequest,
  chooserOf: (key: string) => ChooseToken,
): Decoding {
  const texts = keys.map((key) => ({ ids: [] as number[], logProbability: 0, ended: false, choose: chooserOf(key) }));
  const tokens = new Int32Array(source.rows).fill(end);
  for (let step = 0; step < length && texts.some(({ ended }) => !ended); step++) {
    const logits = await source.next(step, tokens);
    for (const [row, text] of texts.entries()) {
      if (text.ended) continue;
      const shares = logProbabilities(logitsOf(source, logits, row), mayFollow(text.ids));
      const token = text.choose(shares);
      text.logProbability += shares[token] ?? 0;
      text.ended = token === end;
      if (!text.ended) text.ids.push(token);
      tokens[row] = token;
    }
    yield texts;
  }
  return texts;
}
