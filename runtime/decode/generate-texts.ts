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

/** Does a piece of work when it is its turn. */
export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * Generates the texts of a batch of `size` rows, one for each of its keys. Each step is a turn, so that several generations, and other work of the
 * engine, are done side by side.
 */
export async function* generateTexts(
  batch: Batch,
  size: number,
  { generated, decoding, mayFollow, graphsOf }: Generation,
  inTurn: InTurn = (work) => work(),
): Decoding {
  const copies = rowsOfExample(decoding);
  const graphs = await inTurn(() => graphsOf({ batch: size, copies }));
  const tokens = keptTokens(graphs, batch, { generated, examples: size, copies });
  return yield* decode(
    {
      source: { ...tokens, next: (...step) => inTurn(() => tokens.next(...step)) },
      keys: batch.keys,
      length: generated.text.max_length,
      end: specialIds.separator,
      mayFollow,
    },
    decoding,
  );
}
