import type { OpName } from "../../graph/attributes.ts";
import type { Node } from "../../graph/graph.ts";
import type { TfjsEmitter } from "./emitter.ts";
import type { TfjsTarget } from "./target.ts";

/** Input of the lowering of a node. */
export interface LoweringContext<Op extends OpName> {
  readonly node: Node<Op>;
  /** Names of the GraphDef nodes that output the node's inputs. */
  readonly inputs: readonly string[];
  readonly emitter: TfjsEmitter;
  readonly target: TfjsTarget;
}

/** Emits the computation of the node and returns a name for each of its outputs. */
export type TfjsLowering<Op extends OpName> = (context: LoweringContext<Op>) => readonly string[];
