import type { ResolvedDecoding } from "../../compiler/schema/resolved.ts";
import type { DecodingRows } from "../../compiler/stage/plan.ts";
import type { GeneratedText } from "../../compiler/targets/sequence.ts";
import type { Batch } from "../data/data.ts";
import { specialIds } from "../data/tokenizers/special-tokens.ts";
import { decode, rowsOfExample } from "./decode.ts";
import { type DecodingExecutables, keptTokens } from "./kept-tokens.ts";
import type { DecodedText } from "./next-tokens.ts";

/** The decoding graphs of a task. */
export type DecodingGraphsOf = (rows: DecodingRows) => Promise<DecodingExecutables>;

/** The text that a task generates, and how. */
export interface Generation {
  readonly generated: GeneratedText;
  readonly decoding: ResolvedDecoding;
  /** Number of ids that stand for a token; vocabularies may be padded. */
  readonly tokens: number;
  readonly graphsOf: DecodingGraphsOf;
}

/** Generates the texts of a batch of `size` rows, one for each of its keys. */
export async function generateTexts(
  batch: Batch,
  size: number,
  { generated, decoding, tokens, graphsOf }: Generation,
): Promise<readonly DecodedText[]> {
  const copies = rowsOfExample(decoding);
  const mayBe = (token: number): boolean => token < tokens && token !== specialIds.padding && token !== specialIds.mask;
  return decode(
    {
      source: keptTokens(await graphsOf({ batch: size, copies }), batch, { generated, examples: size, copies }),
      keys: batch.keys,
      length: generated.text.max_length,
      end: specialIds.separator,
      mayFollow: () => mayBe,
    },
    decoding,
  );
}
