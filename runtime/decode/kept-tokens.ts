import { type KeptValue, logitsName, positionScalar } from "../../compiler/analysis/decoding/kept-values.ts";
import { roleName } from "../../compiler/graph/graph.ts";
import { type GeneratedText, featuresOfGenerated } from "../../compiler/targets/sequence.ts";
import type { Batch } from "../data/data.ts";
import type { TensorData } from "../engines/engine.ts";
import type { BoundExecutable, Feeds } from "../train/step/bound-executable.ts";
import type { NextTokens } from "./next-tokens.ts";
import { batchWithRepeatedRows, repeatedRows, selectedRows } from "./repeated-rows.ts";

/** The graphs of `StagePlan.decoding`, loaded. */
export interface DecodingExecutables {
  readonly start: Pick<BoundExecutable, "run">;
  readonly next: Pick<BoundExecutable, "run">;
  readonly kept: readonly KeptValue[];
  readonly copies: number;
  readonly wholeText?: string | undefined;
}

export interface KeptTokensSettings {
  readonly generated: GeneratedText;
  readonly examples: number;
  /** The number of texts for each example. */
  readonly copies: number;
}

/**
 * The next tokens by two graphs: `start` reads the inputs and the beginnings of the texts, and `next` the newest tokens, or
 * all tokens where the model cannot be computed token by token.
 */
export function keptTokens(
  { start, next, kept, copies: shared, wholeText }: DecodingExecutables,
  given: Batch,
  { generated, examples, copies }: KeptTokensSettings,
): NextTokens {
  const { max_length: length, tokenizer } = generated.text;
  const features = featuresOfGenerated(generated);
  const vocabulary = tokenizer.size;
  const rows = examples * copies;
  const rowsOfStart = rows / shared;
  const batchOfStart = batchWithRepeatedRows(given, examples, copies / shared);
  const batch = batchWithRepeatedRows(given, examples, copies);
  let ids = new Int32Array(rows * length);
  let mask = new Uint8Array(rows * length);
  const logits = new Float32Array(rows * vocabulary);
  const values = new Map<string, TensorData>();

  const feedsOf = (of: Batch, read: { readonly ids: Int32Array; readonly mask: Uint8Array }, step: number): Feeds => ({
    batch: {
      ...of,
      features: new Map<string, TensorData>([
        ...of.features,
        ...values,
        [features.ids.name, read.ids],
        [features.mask.name, read.mask],
      ]),
    },
    scalars: new Map([[positionScalar, step]]),
  });
  const begin = async (): ReturnType<BoundExecutable["run"]> => {
    const first = Array.from({ length: rowsOfStart }, (_, row) => row * shared);
    const read = { ids: selectedRows(ids, rows, first), mask: selectedRows(mask, rows, first) };
    const outputs = await start.run(feedsOf(batchOfStart, read, 0));
    // The buffers of the outputs belong to the executable, which writes into them again.
    for (const { feature, copies: times } of kept) {
      const value = keptIn(outputs, feature);
      values.set(feature, times === 1 ? value.slice() : repeatedRows(value, rowsOfStart, times));
    }
    return outputs;
  };
  const goOn = async (step: number, tokens: Int32Array, parents: readonly number[] | undefined) => {
    const each = kept.filter(({ kept: when }) => when === "each");
    for (const { feature } of each) {
      const value = values.get(feature);
      if (parents && value) values.set(feature, selectedRows(value, rows, parents));
    }
    const outputs = await next.run(feedsOf(batch, { ids: wholeText === undefined ? tokens : ids, mask }, step));
    for (const { feature } of each) values.get(feature)?.set(keptIn(outputs, feature));
    return outputs;
  };
  return {
    rows,
    vocabulary,
    next: async (step, tokens, parents) => {
      if (parents) [ids, mask] = [selectedRows(ids, rows, parents), selectedRows(mask, rows, parents)];
      for (let row = 0; row < rows; row++) {
        ids[row * length + step] = tokens[row] ?? 0;
        mask[row * length + step] = 1;
      }
      const outputs = await (step === 0 ? begin() : goOn(step, tokens, parents));
      const all = outputs.get(logitsName);
      if (!(all instanceof Float32Array)) throw new Error("the graph gives no logits");
      const rowsOfOutput = step === 0 ? rowsOfStart : rows;
      const width = all.length / rowsOfOutput;
      const at = width === vocabulary ? 0 : step * vocabulary;
      for (let row = 0; row < rows; row++) {
        const from = Math.floor((row * rowsOfOutput) / rows) * width + at;
        logits.set(all.subarray(from, from + vocabulary), row * vocabulary);
      }
      return logits;
    },
  };
}

function keptIn(outputs: ReadonlyMap<string, TensorData>, feature: string): TensorData {
  const value = outputs.get(roleName({ kind: "stream", stream: feature }));
  if (!value) throw new Error(`the graph gives no ${feature}`);
  return value;
}
