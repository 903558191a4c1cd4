/** What differs between lowerings of one graph, which compute the same. */
export interface TfjsTarget {
  /** Whether a product reads an operand transposed by a flag, or a node before it transposes the operand. */
  readonly transposes: "flags" | "nodes";
  /** Whether a product with a batch is one op, or the batch is taken apart, multiplied pair by pair, and joined. */
  readonly batches: "whole" | "apart";
  /** `tiled`: by `BroadcastTo`, which becomes tfjs's kernel `Tile`. `multiplied`: floats by a product with ones, which is exact. */
  readonly broadcasts: "tiled" | "multiplied";
}

const flags: TfjsTarget = { transposes: "flags", batches: "whole", broadcasts: "tiled" };

/**
 * By tfjs's name of the backend. `portable` is for files of which nobody knows where they will run: every backend has its ops, and none suffers much.
 *
 * The WASM backend (`batch_mat_mul_impl.cc`) gives a product to XNNPACK only if it has no flag and a batch of one; all others it computes in a
 * scalar loop. Its `Tile` finds the place of every element by itself, while XNNPACK multiplies with broadcasting.
 */
export const tfjsTargets = {
  portable: { ...flags, transposes: "nodes" },
  tensorflow: flags,
  wasm: { transposes: "nodes", batches: "apart", broadcasts: "multiplied" },
  cpu: flags,
  webgl: flags,
  webgpu: flags,
} as const satisfies Record<string, TfjsTarget>;
