import { type PlacedPart, weightsFrom } from "../../compiler/stage/weight-map.ts";

/** A layer of a network that a source has and the model does not. */
export interface FurtherLayer {
  /** The beginning of the names that the weights of the layer would have in the model. */
  readonly layer: string;
  /** A tensor of the layer. */
  readonly tensor: string;
}

interface NetworkInSource {
  readonly placed: PlacedPart;
  /** The keys of the model's weights. */
  readonly keys: readonly string[];
  /** The names of the tensors that no weight of the network comes from. */
  readonly unused: readonly string[];
  /** The beginning of the names of the network's tensors, with its dot. */
  readonly beginning: string;
}

/** The first layer with which a source continues where the network of the model ends; `undefined` if it has none. */
export function furtherLayer({ placed, keys, unused, beginning }: NetworkInSource): FurtherLayer | undefined {
  const { part, prefix } = placed;
  for (const tensor of unused) {
    if (!tensor.startsWith(beginning)) continue;
    for (const weight of weightsFrom(part, tensor.slice(beginning.length))) {
      const within = layerOf(weight);
      if (within === undefined) continue;
      const layer = `${prefix}${within}`;
      if (!keys.some((key) => key.startsWith(`${layer}.`))) return { layer, tensor };
    }
  }
  return undefined;
}

/** The name of the innermost layer with a number that a weight is in. */
function layerOf(weight: string): string | undefined {
  return /^(?:.*\.)?\d+(?=\.)/u.exec(weight)?.[0];
}
