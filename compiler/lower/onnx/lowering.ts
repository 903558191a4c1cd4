import type { OpName } from "../../graph/attributes.ts";
import type { Node } from "../../graph/graph.ts";
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
