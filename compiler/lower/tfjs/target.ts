/** Options of the lowering. They do not change the results. */
export interface TfjsTarget {
  /** A matmul reads a transposed operand by a flag, or a separate node transposes it. */
  readonly transposes: "flags" | "nodes";
  /** A batched matmul is one op, or the batch is split, multiplied pair by pair, and joined. */
  readonly batches: "whole" | "apart";
  /**
   * `tiled`: by `BroadcastTo`, which runs tfjs's kernel `Tile`. `multiplied`: floats are multiplied by ones, which is
   * exact.
   */
  readonly broadcasts: "tiled" | "multiplied";
}

const flags: TfjsTarget = { transposes: "flags", batches: "whole", broadcasts: "tiled" };

/**
 * Targets by tfjs's name of the backend. `portable` is for files that may run anywhere: every backend has its ops, and
 * none is much slower.
 *
 * The WASM backend (`batch_mat_mul_impl.cc`) uses XNNPACK for a matmul only if it has no flag and a batch of one; all
 * others run in a scalar loop. Its `Tile` computes the index of every element, while XNNPACK multiplies with
 * broadcasting.
 */
export const tfjsTargets = {
  portable: { ...flags, transposes: "nodes" },
  tensorflow: flags,
  wasm: { transposes: "nodes", batches: "apart", broadcasts: "multiplied" },
  cpu: flags,
  webgl: flags,
  webgpu: flags,
} as const satisfies Record<string, TfjsTarget>;
