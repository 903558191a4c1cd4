import type { OpName } from "../../graph/attributes.ts";
import type { HostFunction, Node } from "../../graph/graph.ts";
import type { Expression } from "./expression.ts";
import type { Size } from "../../graph/size.ts";

/** Functions of the module that a lowering may call, by name; `helpers.ts` has their text. */
export type HelperName = "gather" | "one_hot" | HostFunction;

/** Input of the lowering of a node. */
export interface LoweringContext<Op extends OpName> {
  readonly node: Node<Op>;
  /** The index of the output that is written. Only `layer_norm` has several. */
  readonly output: number;
  /** The node of the graph for another number of examples: attributes that differ depend on it. */
  readonly other: Node<Op>;
  readonly inputs: readonly Expression[];
  /** The dimensions of each input and of each output. */
  readonly inputSizes: readonly (readonly Size[])[];
  readonly outputSizes: readonly (readonly Size[])[];
  /** Writes a number that may differ between applications of one block; `hint` names it where nothing else does. */
  readonly number: (value: number, hint: string) => string;
  /** Writes a dimension, counting a tensor of the batch where it depends on that. */
  readonly size: (size: Size, hint: string) => string;
  /** A constant tensor of the module, which moves with it between devices. */
  readonly constant: () => Expression;
  /** The name of a tensor on whose device new tensors are made. */
  readonly device: () => string;
  /** The name of a function of the module, which is then written. */
  readonly helper: (name: HelperName) => string;
}

/** The Python expression of an output of a node. */
export type TorchLowering<Op extends OpName> = (context: LoweringContext<Op>) => Expression;
