import { type KeptValue, logitsName, positionScalar } from "../../compiler/analysis/decoding/kept-values.ts";
import type { TextAxis } from "../../compiler/analysis/decoding/later-tokens.ts";
import { type Shape, roleName, sizeOf } from "../../compiler/graph/graph.ts";
import { type GeneratedText, featuresOfGenerated } from "../../compiler/targets/sequence.ts";
import type { Batch } from "../data/data.ts";
import type { TensorData } from "../engines/engine.ts";
import { type BoundExecutable, type Feeds, newTensor } from "../train/step/bound-executable.ts";
import type { NextTokens } from "./next-tokens.ts";
import { batchWithRepeatedRows, repeatedRows, selectedRows } from "./repeated-rows.ts";

/** The graphs of `StagePlan.decoding`, loaded. */
export interface DecodingExecutables {
  readonly start?: Pick<BoundExecutable, "run"> | undefined;
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
 * The next tokens by two graphs: `start` reads the inputs, once, and `next` the newest tokens, or all tokens where the model
 * cannot be computed token by token.
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
  const batch = batchWithRepeatedRows(given, examples, copies);
  let ids = new Int32Array(rows * length);
  let mask = new Uint8Array(rows * length);
  const logits = new Float32Array(rows * vocabulary);
  const values = new Map<string, TensorData>();

  const feedsOf = (of: Batch, more: ReadonlyMap<string, TensorData>, step: number): Feeds => ({
    batch: { ...of, features: new Map([...of.features, ...more]) },
    scalars: new Map([[positionScalar, step]]),
  });
  const begin = async (): Promise<void> => {
    const own = batchWithRepeatedRows(given, examples, copies / shared);
    const noText = new Map<string, TensorData>([
      [features.ids.name, new Int32Array((rows / shared) * length)],
      [features.mask.name, new Uint8Array((rows / shared) * length)],
    ]);
    const outputs = await start?.run(feedsOf(own, noText, 0));
    for (const { feature, dtype, shape, copies: times } of kept) {
      const value = outputs?.get(streamOf(feature));
      // The buffers of the outputs belong to the executable, which writes into them again.
      values.set(feature, value ? repeatedRows(value, rows / shared, times) : newTensor(dtype, sizeOf(shape)));
    }
  };
  const moveRows = (parents: readonly number[]): void => {
    [ids, mask] = [selectedRows(ids, rows, parents), selectedRows(mask, rows, parents)];
    for (const { feature, newest, again } of kept) {
      const value = (newest ?? again) && values.get(feature);
      if (value) values.set(feature, selectedRows(value, rows, parents));
    }
  };
  return {
    rows,
    vocabulary,
    next: async (step, tokens, parents) => {
      if (step === 0) await begin();
      if (parents?.some((parent, row) => parent !== row)) moveRows(parents);
      for (let row = 0; row < rows; row++) {
        ids[row * length + step] = tokens[row] ?? 0;
        mask[row * length + step] = 1;
      }
      const read = wholeText === undefined ? tokens : ids;
      const text = new Map<string, TensorData>([...values, [features.ids.name, read], [features.mask.name, mask]]);
      const outputs = await next.run(feedsOf(batch, text, step));
      for (const { feature, shape, newest } of kept) {
        const [value, given] = [values.get(feature), outputs.get(streamOf(feature))];
        if (value && given && newest) putAt(value, given, { ...newest, shape, step });
        else if (value && given) value.set(given);
      }
      const all = outputs.get(logitsName);
      if (!(all instanceof Float32Array)) throw new Error("the graph gives no logits");
      const width = all.length / rows;
      const at = width === vocabulary ? 0 : step * vocabulary;
      for (let row = 0; row < rows; row++) {
        const from = row * width + at;
        logits.set(all.subarray(from, from + vocabulary), row * vocabulary);
      }
      return logits;
    },
  };
}

interface PlaceOfToken extends TextAxis {
  readonly shape: Shape;
  readonly step: number;
}

/** Puts the part of the newest token into a value that has all tokens along an axis. */
function putAt(all: TensorData, newest: TensorData, { shape, axis, offset, step }: PlaceOfToken): void {
  const size = shape[axis] ?? 1;
  const inner = sizeOf(shape.slice(axis + 1));
  // This is a plain loop, because an array's `set` takes longer for the few numbers that are next to each other.
  for (let from = 0, to = (step + offset) * inner; from < newest.length; to += (size - 1) * inner)
    for (let index = 0; index < inner; index++) all[to++] = newest[from++] ?? 0;
}

function streamOf(feature: string): string {
  return roleName({ kind: "stream", stream: feature });
}
