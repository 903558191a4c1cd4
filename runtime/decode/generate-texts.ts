import type { ResolvedDecoding } from "../../compiler/schema/resolved.ts";
import type { DecodingRows } from "../../compiler/stage/plan.ts";
import type { GeneratedText } from "../../compiler/targets/sequence.ts";
import type { Batch } from "../data/data.ts";
import { specialIds } from "../data/tokenizers/special-tokens.ts";
import { decode, rowsOfExample } from "./decode.ts";
import { type DecodingExecutables, keptTokens } from "./kept-tokens.ts";
import type { Decoding, MayFollow } from "./next-tokens.ts";

/** The decoding graphs of a task. */
export type DecodingGraphsOf = (rows: DecodingRows) => Promise<DecodingExecutables>;

/** The text that a task generates, and how. */
export interface Generation {
  readonly generated: GeneratedText;
  readonly decoding: ResolvedDecoding;
  /** The tokens that may follow the tokens of a text so far. */
  readonly mayFollow: MayFollow;
  readonly graphsOf: DecodingGraphsOf;
}

/** Generates the texts of a batch of `size` rows, one for each of its keys. */
export async function* generateTexts(
  batch: Batch,
  size: number,
  { generated, decoding, mayFollow, graphsOf }: Generation,
): Decoding {
  const copies = rowsOfExample(decoding);
  return yield* decode(
    {
      source: keptTokens(await graphsOf({ batch: size, copies }), batch, { generated, examples: size, copies }),
      keys: batch.keys,
      length: generated.text.max_length,
      end: specialIds.separator,
      mayFollow,
    },
    decoding,
  );
}
