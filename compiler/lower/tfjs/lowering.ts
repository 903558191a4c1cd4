import type { OpName } from "../../graph/attributes.ts";
import type { Node } from "../../graph/graph.ts";
import type { TfjsEmitter } from "./emitter.ts";
import type { TfjsTarget } from "./target.ts";

/** What the lowering of a node sees. */
export interface LoweringContext<Op extends OpName> {
  readonly node: Node<Op>;
  /** The names of the GraphDef nodes that give the node's inputs. */
  readonly inputs: readonly string[];
  readonly emitter: TfjsEmitter;
  readonly target: TfjsTarget;
}

/** Emits what computes the node and gives a name for each of its outputs. */
export type TfjsLowering<Op extends OpName> = (context: LoweringContext<Op>) => readonly string[];
