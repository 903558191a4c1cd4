import type { OpName } from "../../graph/attributes.ts";
import type { Node } from "../../graph/graph.ts";
import type { GraphSizes } from "./any-batch.ts";
import type { Call, OnnxEmitter } from "./emitter.ts";

/** `standard`: those of the ONNX standard. `runtime`: also those that are specific to ONNX Runtime. */
export type Operators = "standard" | "runtime";

/** Input of the lowering of a node. */
export interface LoweringContext<Op extends OpName> {
  readonly node: Node<Op>;
  /** The ONNX names of the node's inputs. */
  readonly inputs: readonly string[];
  /** Emits operators that must come before. */
  readonly emitter: OnnxEmitter;
  readonly sizes: GraphSizes;
  readonly operators: Operators;
}

/** Returns the call whose outputs are the node's outputs. */
export type OnnxLowering<Op extends OpName> = (context: LoweringContext<Op>) => Call;
