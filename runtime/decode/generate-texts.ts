import type { ResolvedDecoding } from "../../compiler/schema/resolved.ts";
import type { GeneratedText } from "../../compiler/targets/sequence.ts";
import type { Batch } from "../data/data.ts";
import { specialIds } from "../data/tokenizers/special-tokens.ts";
import type { TensorData } from "../engines/engine.ts";
import type { BoundExecutable } from "../train/step/bound-executable.ts";
import { decode, rowsOfExample } from "./decode.ts";
import type { DecodedText } from "./next-tokens.ts";
import { rerunGraph } from "./rerun-graph.ts";

/** The `predict` graph of a task for a number of rows. */
export type PredictGraphOf = (rows: number) => Promise<BoundExecutable>;

/** The text that a task generates, and how. */
export interface Generation {
  readonly generated: GeneratedText;
  readonly decoding: ResolvedDecoding;
  /** Number of ids that stand for a token; vocabularies may be padded. */
  readonly tokens: number;
  readonly graphOf: PredictGraphOf;
}

/** Generates the texts of a batch of `size` rows, one for each of its keys. */
export async function generateTexts(
  batch: Batch,
  size: number,
  { generated, decoding, tokens, graphOf }: Generation,
): Promise<readonly DecodedText[]> {
  const each = rowsOfExample(decoding);
  const rows = size * each;
  const repeated = each === 1 ? batch : withRepeatedRows(batch, size, each);
  const mayBe = (token: number): boolean => token < tokens && token !== specialIds.padding && token !== specialIds.mask;
  return decode(
    {
      source: rerunGraph(await graphOf(rows), repeated, { generated, rows }),
      keys: batch.keys,
      length: generated.text.max_length,
      end: specialIds.separator,
      mayFollow: () => mayBe,
    },
    decoding,
  );
}

/** A batch in which each row is there several times, one after another. */
function withRepeatedRows(batch: Batch, size: number, times: number): Batch {
  const features = new Map(
    [...batch.features].map(([name, values]) => [name, repeatedRows(values, size, times)] as const),
  );
  return { ...batch, features, rowWeight: repeatedRows(batch.rowWeight, size, times) };
}

function repeatedRows<Values extends TensorData>(values: Values, size: number, times: number): Values {
  const width = values.length / size;
  const Kind = values.constructor as new (length: number) => Values;
  const all = new Kind(values.length * times);
  for (let row = 0; row < size; row++)
    for (let time = 0; time < times; time++)
      all.set(values.subarray(row * width, (row + 1) * width), (row * times + time) * width);
  return all;
}
