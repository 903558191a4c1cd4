import type { OpName } from "../../graph/attributes.ts";
import type { Node, Value } from "../../graph/graph.ts";
import type { Call, OnnxEmitter } from "./emitter.ts";

/** What the lowering of a node sees. */
export interface LoweringContext<Op extends OpName> {
  readonly node: Node<Op>;
  /** The ONNX names of the node's inputs. */
  readonly inputs: readonly string[];
  /** For what has to come before. */
  readonly emitter: OnnxEmitter;
}

/** Gives the call whose outputs are the node's. */
export type OnnxLowering<Op extends OpName> = (context: LoweringContext<Op>) => Call;

/** The input or output at `index` of a node that the verifier has passed. */
export function at<T extends string | Value>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new Error(`a node of ${values.length} operands has no operand ${index}`);
  return value;
}
