import type { GeneratedText } from "../../compiler/targets/sequence.ts";
import { featuresOfGenerated } from "../../compiler/targets/sequence.ts";
import { roleName } from "../../compiler/graph/graph.ts";
import type { Batch } from "../data/data.ts";
import type { TensorData } from "../engines/engine.ts";
import type { BoundExecutable } from "../train/step/bound-executable.ts";
import type { NextTokens } from "./next-tokens.ts";

const logitsName = roleName({ kind: "prediction", name: "logits" });

/** The next tokens by the whole `predict` graph, which runs once for each token. */
export function rerunGraph(
  executable: Pick<BoundExecutable, "run">,
  batch: Batch,
  { generated, rows }: { readonly generated: GeneratedText; readonly rows: number },
): NextTokens {
  const { max_length: length, tokenizer } = generated.text;
  const { ids: idsFeature, mask: maskFeature } = featuresOfGenerated(generated);
  const vocabulary = tokenizer.size;
  let ids = new Int32Array(rows * length);
  const mask = new Uint8Array(rows * length);
  const next = new Float32Array(rows * vocabulary);
  return {
    rows,
    vocabulary,
    next: async (step, tokens, parents) => {
      if (parents) ids = withRows(ids, parents, length);
      for (let row = 0; row < rows; row++) {
        ids[row * length + step] = tokens[row] ?? 0;
        mask[row * length + step] = 1;
      }
      const features = new Map<string, TensorData>([
        ...batch.features,
        [idsFeature.name, ids],
        [maskFeature.name, mask],
      ]);
      const logits = (await executable.run({ batch: { ...batch, features } })).get(logitsName);
      if (!(logits instanceof Float32Array)) throw new Error("the graph gives no logits");
      for (let row = 0; row < rows; row++) {
        const start = (row * length + step) * vocabulary;
        next.set(logits.subarray(start, start + vocabulary), row * vocabulary);
      }
      return next;
    },
  };
}

/** An array of rows in which each row is one of the rows before. */
function withRows(array: Int32Array<ArrayBuffer>, parents: readonly number[], width: number): Int32Array<ArrayBuffer> {
  const moved = new Int32Array(array.length);
  for (const [row, parent] of parents.entries())
    moved.set(array.subarray(parent * width, (parent + 1) * width), row * width);
  return moved;
}
