import type { OpName } from "../../graph/attributes.ts";
import type { Node } from "../../graph/graph.ts";
import type { Call, OnnxEmitter } from "./emitter.ts";

/** Input of the lowering of a node. */
export interface LoweringContext<Op extends OpName> {
  readonly node: Node<Op>;
  /** The ONNX names of the node's inputs. */
  readonly inputs: readonly string[];
  /** Emits operators that must come before. */
  readonly emitter: OnnxEmitter;
}

/** Returns the call whose outputs are the node's outputs. */
export type OnnxLowering<Op extends OpName> = (context: LoweringContext<Op>) => Call;
