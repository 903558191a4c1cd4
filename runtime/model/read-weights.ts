import { readSafetensors } from "../checkpoint/safetensors.ts";
import { toFloat32 } from "../checkpoint/to-float32.ts";
import type { Tensors } from "../checkpoint/checkpoint.ts";
import { findSource } from "../pretrained/find-source.ts";

export interface WeightsRequest {
  /** An absolute path: a run's folder, a model's folder, or a safetensors file. */
  readonly path: string;
  readonly checkpoint: "best" | "last";
  /** The task whose weights are meant, if the run ended in a fork. */
  readonly fork?: string;
}

/**
 * Reads the weights of a run, of a model or of a safetensors file, in single precision. Tensors that are not floating point numbers are left
 * out. Throws a `UserError` if there are none, or if a file is damaged.
 */
export async function readWeights({ path, checkpoint, fork }: WeightsRequest): Promise<Tensors> {
  // A path that a user names may be anywhere; only those in a specification are limited to its folder and that of the runs.
  const anywhere = { root: "/", runs: "/" };
  const { files, hashes } = await findSource({ path, checkpoint, ...(fork === undefined ? {} : { fork }) }, anywhere);
  const weights = new Map<string, { readonly shape: readonly number[]; readonly data: Float32Array }>();
  for (const file of files) {
    const { tensors } = await readSafetensors(file, { sha256: hashes?.get(file) });
    for (const [name, tensor] of tensors) {
      const data = toFloat32(tensor);
      if (data) weights.set(name, { shape: tensor.shape, data });
    }
  }
  return new Map([...weights].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
