import type { GraphBuilder } from "../../graph/builder.ts";
import type { OpAttributes, OpName } from "../../graph/attributes.ts";
import type { Value } from "../../graph/graph.ts";
import type { LossKind, ResolvedLoss } from "../../schema/resolved.ts";

export type LossOptions<Kind extends LossKind> = Extract<ResolvedLoss, { readonly kind: Kind }>;

/** The inputs of a loss. All of them are `[B, …]`. */
export interface LossCall<Kind extends LossKind> {
  readonly options: LossOptions<Kind>;
  /** Scores `[B, K]` of classes or candidates, a number `[B]` or several `[B, K]`, or scores of tokens `[B, P, V]`. */
  readonly output: Value;
  /** Every output of a target that has several, in their order; `output` is the first of them. */
  readonly outputs: readonly Value[];
  /**
   * The target as the reader returns it: class `[B]` int32, labels `[B, K]`, number `[B]` or several `[B, K]`,
   * relevance `[B, K]` with −1 for a missing candidate, tokens `[B, P]` int32 or distributions `[B, P, C]` with −1 for an unused position, numbers of parts `[B, P, W]`.
   */
  readonly target: Value;
  /** True if a target of −1 means that there is none. */
  readonly hasAbsent: boolean;
  /** True if a target is the probability to be right, else one above 0 is right. */
  readonly isShare: boolean;
  /** Every compared feature of a target that has several, in their order; `target` is the first of them. */
  readonly targets: readonly Value[];
  /** [B]: the weight of each row; 0 for one that does not count. */
  readonly rowWeight: () => Value;
  /** A number that is trained, `task.NAME.loss.…`, with its initial value. */
  readonly learned: (name: string, initial: number) => Value;
  readonly builder: GraphBuilder;
  /**
   * [K], 1 for outputs that have a class; `undefined` if all have one. The logits of the others are too low to count.
   */
  readonly classMask: Value | undefined;
  readonly emit: <Op extends OpName>(op: Op, inputs: readonly Value[], attributes: OpAttributes[Op]) => Value;
  readonly constant: (value: number) => Value;
}

export interface LossDefinition<Kind extends LossKind> {
  /** The loss of each row, `[B]`. */
  readonly rows: (call: LossCall<Kind>) => Value;
}
