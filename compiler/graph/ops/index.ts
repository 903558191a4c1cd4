import type { OpAttributes, OpName } from "../attributes.ts";
import type { Node, TensorType } from "../graph.ts";
import type { OutputAxis } from "./axes.ts";
import { comparison } from "./comparison.ts";
import { elementwise } from "./elementwise.ts";
import { indexing } from "./indexing.ts";
import { linearAlgebra } from "./linear-algebra.ts";
import { movement } from "./movement.ts";
import { normalisation } from "./normalisation.ts";
import type { OpDefinition } from "./op.ts";
import { reductions } from "./reductions.ts";
import { sources } from "./sources.ts";
import { unaries } from "./unary.ts";

/** Everything that the compiler knows about an op, one entry each; a missing entry does not compile. */
export const ops: { readonly [Op in OpName]: OpDefinition<Op> } = {
  ...sources,
  ...elementwise,
  ...comparison,
  ...unaries,
  ...reductions,
  ...normalisation,
  ...linearAlgebra,
  ...movement,
  ...indexing,
};

/** Types of a node's outputs. Throws `ShapeMismatch` if the inputs do not fit. */
export function inferShapes<Op extends OpName>(
  op: Op,
  inputs: readonly TensorType[],
  attributes: OpAttributes[Op],
): readonly TensorType[] {
  return ops[op].infer(inputs, attributes);
}

/** For each output of a node, where its axes come from. */
export function axesOf<Op extends OpName>({
  op,
  inputs,
  outputs,
  attributes,
}: Node<Op>): readonly (readonly OutputAxis[])[] {
  return ops[op].axes(inputs, outputs, attributes);
}
