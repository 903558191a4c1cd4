/** A map of foreign weights, as a file of `weight-maps/` has it. */
export interface WrittenWeightMap {
  readonly doc: string;
  /** The separate networks of a file: one for an encoder, two for the towers of CLIP. */
  readonly parts: readonly WrittenPart[];
}

export interface WrittenPart {
  /** The block of the standard library that computes the network, as one writes it. */
  readonly encoder: string;
  /** The weights by which the network is recognised in a model, each with what gives it. They are in every file of the network. */
  readonly form: { readonly [weight: string]: string };
  /** Weights that the network does not have, each with what removes it. */
  readonly without?: { readonly [weight: string]: string };
  /** The `config.json` that transformers writes beside the weights. */
  readonly configuration: WrittenConfiguration;
  /** For each weight, relative to the network's name in the model, the tensors of files that it may come from, the first of which is taken. */
  readonly weights: { readonly [weight: string]: WrittenSource | readonly WrittenSource[] };
}

/** The values of `model_type`, and the keys of what weights do not tell, of which the first that there is counts. A dot leads into an object. */
export interface WrittenConfiguration {
  readonly kinds: readonly string[];
  readonly heads?: readonly string[];
  readonly epsilon?: readonly string[];
  readonly activation?: readonly string[];
  /** The values that the block always has: others would fit the same weights. */
  readonly always?: { readonly [key: string]: boolean | number | string };
}

/** The name of a tensor, with the wildcards of the weight; `*+1` is one more than the number that `*` is in the weight. */
export type WrittenSource = string | { readonly from: string; readonly by: readonly WrittenStep[] };

/**
 * A change from a tensor of the file to a weight: `transposed` swaps the axes of a matrix; `patches` makes a matrix for patches of pixels out of the
 * kernel of a convolution; `part` takes one of several equal parts of the first axis; `rows_from` takes as many rows as the weight has, from
 * an index on; `row_of` takes the row of a token.
 */
export type WrittenStep =
  | "transposed"
  | "patches"
  | { readonly part: number; readonly of: number }
  | { readonly rows_from: number }
  | { readonly row_of: string };
