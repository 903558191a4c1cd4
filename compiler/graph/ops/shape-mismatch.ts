import type { OpName } from "../attributes.ts";
import { type TensorType, showType } from "../graph.ts";

/** The inputs of a node do not fit its op. This is a bug of the emitting code: users' shapes are checked before. */
export class ShapeMismatch extends Error {
  readonly op: OpName;
  readonly inputs: readonly TensorType[];
  /** The reason, without the op and its inputs. */
  readonly reason: string;

  constructor(op: OpName, inputs: readonly TensorType[], reason: string) {
    super(`${op}(${inputs.map(showType).join(", ")}): ${reason}`);
    this.name = "ShapeMismatch";
    this.op = op;
    this.inputs = inputs;
    this.reason = reason;
  }
}
