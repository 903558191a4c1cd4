import type { OpAttributes, OpName } from "../attributes.ts";
import type { TensorType } from "../graph.ts";

export function inferShapes<Op extends OpName>(_op: Op, _inputs: readonly TensorType[], _attributes: OpAttributes[Op]): readonly TensorType[] {
  throw new Error("not written yet");
}
