import type { Data, Split } from "../data/data.ts";
import { decodedTexts } from "../decode/decode.ts";
import { type Generation, generateTexts } from "../decode/generate-texts.ts";

export interface GeneratedRows {
  readonly task: string;
  readonly split: Split;
  readonly data: Data;
  readonly batch: number;
  readonly generation: Generation;
}

/** Generates the texts of some rows of a split: ids `[B, N]`, −1 behind the end of each text. −1 is a row that the task lacks. */
export async function generatedRows(
  { task, split, data, batch: size, generation }: GeneratedRows,
  positions: readonly number[],
): Promise<Int32Array> {
  const { max_length: length } = generation.generated.text;
  const ids = new Int32Array(size * length).fill(-1);
  const rows = positions.filter((position) => position >= 0);
  if (rows.length === 0) return ids;
  const batch = await data.batch({ task, split, size, rows });
  const texts = await decodedTexts(generateTexts(batch, size, generation));
  for (const [index, position] of positions.entries())
    ids.set(texts[rows.indexOf(position)]?.ids ?? [], index * length);
  return ids;
}
