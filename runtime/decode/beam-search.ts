import type { ResolvedDecoding } from "../../compiler/schema/resolved.ts";
import { largest, logProbabilities, logitsOf } from "./log-probabilities.ts";
import type { DecodeRequest, DecodedText, Decoding } from "./next-tokens.ts";

type Beam = Extract<ResolvedDecoding, { readonly kind: "beam" }>;

/** A beginning of a text, in a row of the graph. */
interface Beginning extends DecodedText {
  readonly row: number;
}

const noText: DecodedText = { ids: [], logProbability: Number.NaN };

interface Search {
  readonly beginnings: readonly Beginning[];
  readonly ended: readonly DecodedText[];
}

/**
 * Beam search over `width` rows for each example. A text that has ended keeps its share of the width, so that a width
 * of 1 is greedy decoding.
 */
// A beam search yields nothing, but is decoded as the others are.
// oxlint-disable-next-line require-yield
export async function* beamSearch(
  { source, keys, length, end, mayFollow }: DecodeRequest,
  { width, length_penalty: penalty }: Beam,
): Decoding {
  const scoreOf = ({ ids, logProbability }: DecodedText, tokens = ids.length + 1): number =>
    logProbability / ((5 + tokens) / 6) ** penalty;
  const tokens = new Int32Array(source.rows).fill(end);
  const parents = Array.from({ length: source.rows }, (_, row) => row);
  let searches: readonly Search[] = keys.map((_, example) => ({
    beginnings: [{ ids: [], logProbability: 0, row: example * width }],
    ended: [],
  }));
  for (let step = 0; step < length && searches.some(({ beginnings }) => beginnings.length > 0); step++) {
    const logits = await source.next(step, tokens, step === 0 ? undefined : parents);
    searches = searches.map(({ beginnings, ended }, example) => {
      const next = beginnings.flatMap(({ ids, logProbability, row }) => {
        const shares = logProbabilities(logitsOf(source, logits, row), mayFollow(ids));
        return largest(shares, width).map((token) => ({
          ids,
          token,
          row,
          logProbability: logProbability + (shares[token] ?? 0),
        }));
      });
      const best = next
        .filter(({ logProbability }) => logProbability > Number.NEGATIVE_INFINITY)
        .sort((one, other) => other.logProbability - one.logProbability)
        .slice(0, width - ended.length);
      const complete = [...ended, ...best.filter(({ token }) => token === end)];
      const open = best.filter(({ token }) => token !== end);
      const known = Math.max(...complete.map((text) => scoreOf(text)));
      // An unfinished text has at best its present probability and the largest length.
      const going = open.every((text) => scoreOf(text, length) <= known) ? [] : open;
      return {
        ended: complete,
        beginnings: going.map(({ ids, token, row: parent, logProbability }, index) => {
          const row = example * width + index;
          tokens[row] = token;
          parents[row] = parent;
          return { ids: [...ids, token], logProbability, row };
        }),
      };
    });
  }
  return searches.map(({ ended, beginnings }) =>
    // There is no text where the model's scores are NaN.
    [...ended, ...beginnings].reduce((best, text) => (scoreOf(text) <= scoreOf(best) ? best : text), noText),
  );
}
